import { expect, test } from 'vitest';
import type { PreviewedCall } from '$lib/api';
import { fateOf, waysOf } from './preview';

test.each([
  [true, null, 'ringing', 'kept', 'sources.kept'],
  [false, 'record', 'ringing', 'open', 'sources.kept_open'],
  [false, 'record', 'ended', 'not', 'sources.not_record'],
  [false, 'internal', 'answered', 'open', 'sources.kept_open'],
  [false, 'never', 'ringing', 'not', 'sources.not_never'],
])('kept %s, for want of %s, %s: %s', (kept, why_not, state, meaning, text) => {
  expect(fateOf({ kept, why_not, state } as PreviewedCall)).toEqual({ meaning, text });
});

test.each([
  ['493012345', null, ''],
  ['support', null, 'support'],
  ['support', '101', 'support, 101'],
  ['101', '101', '101'],
])('by queue %s to %s: %s', (queue, answered_by, ways) => {
  const numbers = { from: { number: '49891' }, to: { number: '493012345' } };
  expect(waysOf({ ...numbers, queue, answered_by } as PreviewedCall)).toBe(ways);
});
