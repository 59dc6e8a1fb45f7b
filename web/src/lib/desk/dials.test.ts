import { beforeEach, expect, test, vi } from 'vitest';
import { ask, ProblemError, type Call, type Dial } from '$lib/api';
import { Dials, mayTryAgain, sayDial } from './dials.svelte';

vi.mock('$lib/api', async (original) => ({
  ...(await original<typeof import('$lib/api')>()),
  api: { POST: vi.fn() },
  ask: vi.fn(),
}));

/** Answers to orders, in the order asked. */
let answers: { give: (dial: Dial) => void; refuse: (code: string, detail?: string) => void }[];
let dials: Dials;

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  dials = new Dials();
  vi.mocked(ask).mockImplementation(
    () =>
      new Promise((give, fail) => {
        answers.push({
          give,
          refuse: (code, detail = '') => fail(new ProblemError(409, code, detail)),
        });
      }),
  );
});

function dial(id: string, state: Dial['state'], more: Partial<Dial> = {}): Dial {
  return { id, source: 'pbx', from: '101', to: '0089', pretty: '+49 89', state, ...more };
}

const call = (id: number, state: string) => ({ id, state }) as Call;

test('from the click to the call', async () => {
  const ordered = dials.order('+4989');
  expect(dials.notice).toMatchObject({ number: '+4989', step: 'asking' });
  answers[0]!.give(dial('a', 'ringing'));
  expect(await ordered).toBe(true);
  expect(sayDial(dials.notice!)).toBe('Your phone 101 rings: pick it up to call +49 89.');
  dials.hear(dial('a', 'calling'), false);
  dials.hear(dial('a', 'calling', { call_id: 7 }), false);
  expect(dials.notice).toMatchObject({ step: 'calling', call: 7 });
  dials.call(call(7, 'ringing'));
  dials.call(call(8, 'answered'));
  expect(dials.notice).toBeDefined();
  dials.call(call(7, 'answered'));
  expect(dials.notice).toBeUndefined();
});

test('what the stream tells is newer than the answer', async () => {
  const ordered = dials.order('+4989');
  dials.hear(dial('a', 'calling'), true);
  answers[0]!.give(dial('a', 'ringing'));
  await ordered;
  expect(dials.notice?.step).toBe('calling');
});

test('a second click does nothing, another number takes the place', async () => {
  const ordered = dials.order('+4989');
  await dials.order('+4989');
  expect(answers).toHaveLength(1);
  answers[0]!.give(dial('a', 'ringing'));
  await ordered;
  const other = dials.order('102');
  dials.hear(dial('a', 'failed', { reason: 'phone_busy' }), true);
  expect(dials.notice?.step).toBe('asking');
  answers[1]!.give(dial('b', 'ringing'));
  await other;
  dials.hear(dial('a', 'failed', { reason: 'phone_busy' }), true);
  expect(dials.notice).toMatchObject({ id: 'b', step: 'ringing' });
});

test('what was closed stays so', async () => {
  const ordered = dials.order('+4989');
  answers[0]!.give(dial('a', 'ringing'));
  await ordered;
  dials.drop();
  dials.hear(dial('a', 'calling'), true);
  expect(dials.notice).toBeUndefined();
});

test('what was closed while it was asked stays so', async () => {
  for (const end of ['give', 'refuse'] as const) {
    const ordered = dials.order('+4989');
    dials.drop();
    const answer = answers.at(-1)!;
    if (end === 'give') answer.give(dial('a', 'ringing'));
    else answer.refuse('phone_busy');
    await ordered;
    dials.hear(dial('a', 'calling'), true);
    expect(dials.notice, end).toBeUndefined();
  }
});

test('one tab tells of what was ordered elsewhere', () => {
  dials.hear(dial('a', 'calling'), false);
  expect(dials.notice).toBeUndefined();
  dials.hear(dial('a', 'calling'), true);
  expect(dials.notice?.id).toBe('a');
});

test('what failed says why, and whether to try again', async () => {
  for (const [code, detail, says, again] of [
    ['phone_busy', 'x', 'Your phone is busy, or the call was declined on it.', true],
    ['emergency_number', 'x', 'Emergency numbers are dialled on the phone itself.', false],
    ['odd', 'in their words', 'in their words', true],
  ] as const) {
    const ordered = dials.order('+4989');
    answers.at(-1)!.refuse(code, detail);
    expect(await ordered).toBe(true);
    expect(sayDial(dials.notice!)).toBe(says);
    expect(mayTryAgain(dials.notice!), code).toBe(again);
  }
});

test('without a phone system the computer may help', async () => {
  const ordered = dials.order('+4989');
  answers[0]!.refuse('no_pbx');
  expect(await ordered).toBe(false);
  expect(dials.notice).toBeUndefined();
});

test('nothing stays for ever', async () => {
  dials.hear(dial('a', 'ringing'), true);
  vi.advanceTimersByTime(59_999);
  expect(dials.notice).toBeDefined();
  vi.advanceTimersByTime(1);
  expect(dials.notice).toBeUndefined();
  dials.hear(dial('b', 'calling'), true);
  vi.advanceTimersByTime(10_000);
  expect(dials.notice).toBeUndefined();
});
