import { beforeEach, expect, test, vi } from 'vitest';
import { ask, type Call } from '$lib/api';
import { CallLog } from './log.svelte';

vi.mock('$lib/api', () => ({ api: { GET: vi.fn() }, ask: vi.fn() }));

/** Answers of the server, in the order asked, once the test lets them come. */
let answers: ((items: Call[]) => void)[] = [];

beforeEach(() => {
  answers = [];
  vi.mocked(ask).mockImplementation(
    () =>
      new Promise((answered) => {
        answers.push((items) => answered({ items, next_cursor: null }));
      }),
  );
});

const call = (id: number, revision = 1) =>
  ({ id, revision, direction: 'in', started_at: new Date(id * 1000).toISOString() }) as Call;

test('a long log is shortened once, whatever comes in meanwhile', async () => {
  const log = new CallLog();
  const shown = log.show({ show: 'all' });
  answers[0]?.([call(2), call(1)]);
  await shown;

  const first = log.shorten();
  log.put(call(3));
  await log.shorten();
  log.put(call(2, 2));
  await log.shorten();
  expect(answers).toHaveLength(2);

  answers[1]?.([call(2)]);
  await first;
  expect(log.calls.map(({ id, revision }) => [id, revision])).toEqual([
    [3, 1],
    [2, 2],
  ]);
  void log.shorten();
  expect(answers).toHaveLength(3);
});

test('a log that nobody shortens stays as long as it may be', async () => {
  const log = new CallLog({ most: 2 });
  const shown = log.show({ show: 'all' });
  answers[0]?.([call(2), call(1)]);
  await shown;
  log.put(call(2, 2));
  expect(answers.length).toBe(1);
  log.put(call(3));
  log.put(call(4));
  expect(answers.length).toBe(2);
  answers[1]?.([call(4), call(3)]);
  await vi.waitFor(() => expect(log.calls.map(({ id }) => id)).toEqual([4, 3]));
});
