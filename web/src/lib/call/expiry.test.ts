import { expect, test } from 'vitest';
import { expiryOf } from './expiry';

const now = new Date('2026-03-02T10:00:00Z');

test.each([
  ['never', '', null],
  ['day', '', '2026-03-03T10:00:00.000Z'],
  ['week', '', '2026-03-09T10:00:00.000Z'],
  ['month', '', '2026-04-01T10:00:00.000Z'],
  ['date', '', null],
  ['date', '2026-03-05', new Date(2026, 2, 5, 23, 59, 59).toISOString()],
] as const)('%s %s ends at %s', (expiry, date, expected) => {
  expect(expiryOf(expiry, date, now)).toBe(expected);
});
