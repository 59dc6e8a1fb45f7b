import { beforeEach, expect, test, vi } from 'vitest';
import { ask, type Call, type Me } from '$lib/api';
import { session } from '$lib/session';
import { toasts } from '$lib/ui/toasts.svelte';
import { ringing } from './ringing.svelte';

vi.mock('$lib/session', () => ({ session: {} }));
vi.mock('$lib/ui', () => import('$lib/ui/toasts.svelte'));
vi.mock('$lib/api', () => ({ api: { GET: vi.fn() }, ask: vi.fn() }));

/** Answers of the server, in the order asked, once the test lets them come. */
let answers: ((items: Call[]) => void)[] = [];

beforeEach(() => {
  ringing.calls = [];
  answers = [];
  vi.mocked(ask).mockImplementation(
    () => new Promise((answered) => answers.push((items) => answered({ items }))),
  );
});

const call = (id: number, state: Call['state'] = 'ringing') => ({ id, state }) as Call;
const ids = () => ringing.calls.map(({ id }) => id);

test('an answer on its way takes back nothing that was heard meanwhile', async () => {
  ringing.ring(call(1));
  const loaded = ringing.load();
  ringing.ring(call(4));
  ringing.put(call(2, 'ended'));
  answers[0]?.([call(3), call(2)]);
  await loaded;
  expect(ids()).toEqual([3, 4]);
});

test('a call that is put and not known yet is told by the answer', async () => {
  const loaded = ringing.load();
  ringing.put(call(1));
  answers[0]?.([call(1)]);
  await loaded;
  expect(ids()).toEqual([1]);
});

test('of two questions the later counts', async () => {
  const first = ringing.load();
  const second = ringing.load();
  answers[1]?.([call(2)]);
  await second;
  answers[0]?.([call(1)]);
  await first;
  expect(ids()).toEqual([2]);
});

test.each([
  ['those whom it rang at hear who took it', 2, true, ['Chris took the call of +49 30']],
  ['who took it knows', 1, true, []],
  ['who switched the phone off hears nothing of it', 2, false, []],
])('%s', (_, taker, phone, told) => {
  session.me = { id: 1, preferences: { phone } } as Me;
  toasts.items = [];
  const from = { number: '4930', pretty: '+49 30', name: null, matches: [] };
  const rings = { ...call(5), direction: 'in', from } as unknown as Call;
  ringing.ring(rings);
  ringing.put({
    ...rings,
    state: 'answered',
    answered_by: { user_id: taker, name: 'Chris', number: null },
  } as Call);
  expect(ids()).toEqual([]);
  expect(toasts.items.map(({ text }) => text)).toEqual(told);
});
