import { expect, test } from 'vitest';
import type { Call, Note } from '$lib/api';
import { knownOf, newest } from './known';

const call = (id: number, more: Partial<Call> = {}) =>
  ({ id, state: 'ended', missed: false, done: true, ...more }) as Call;
const note = (at: string) => ({ id: 1, user_id: 1, at, text: at }) as Note;

test('what rings now is no call before', () => {
  const rings = { state: 'ringing', done: false };
  const { last, missed } = knownOf(call(9), [
    call(9, rings),
    call(8, rings),
    call(7, { missed: true, done: false }),
    call(6, { missed: true, done: true }),
    call(5, { missed: true, done: false }),
  ]);
  expect(last?.id).toBe(7);
  expect(missed).toBe(2);
});

test('nobody called before', () => {
  expect(knownOf(call(9), [call(9)])).toEqual({ before: [], last: undefined, missed: 0 });
});

test('the newest note counts', () => {
  expect(newest([note('2026-03-01'), note('2026-03-03'), note('2026-03-02')])?.at).toBe(
    '2026-03-03',
  );
  expect(newest([])).toBeUndefined();
});
