import { expect, test } from 'vitest';
import type { Call } from '$lib/api';
import { knownOf } from './known';

const call = (id: number, more: Partial<Call> = {}) =>
  ({ id, state: 'ended', missed: false, done: true, ...more }) as Call;

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
  expect(knownOf(call(9), [call(9)])).toEqual({ last: undefined, missed: 0 });
});
