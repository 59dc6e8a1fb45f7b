import { beforeEach, expect, test, vi } from 'vitest';
import { ask, type Call } from '$lib/api';
import { ringing } from './ringing.svelte';

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
