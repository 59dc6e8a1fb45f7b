import { expect, test } from 'vitest';
import { addressOf, chosenOf, wishOf } from './filters';

const nothing = chosenOf(new URLSearchParams());

test.each(['/', '/?show=missed', '/?source=A+%26+B&queue=Support&user=3&period=week&q=x'])(
  '%s is the address of what it says',
  (address) => {
    expect(addressOf(chosenOf(new URL(address, 'http://x').searchParams))).toBe(address);
  },
);

test('what somebody made up is left out; a call that is open stands at the end', () => {
  const chosen = chosenOf(new URLSearchParams('show=odd&period=odd&more=1'));
  expect(chosen).toEqual(nothing);
  expect(addressOf(chosen, 7)).toBe('/?call=7');
});

test.each([
  ['today', 'Mon Mar 02 2026 00:00:00'],
  ['week', 'Tue Feb 24 2026 00:00:00'],
  ['month', 'Sun Feb 01 2026 00:00:00'],
] as const)('%s begins at midnight', (period, expected) => {
  const { since } = wishOf({ ...nothing, period }, new Date(2026, 2, 2, 15, 30));
  expect(new Date(since ?? '').toString()).toContain(expected);
});

test('without a period, from ever', () => {
  expect(wishOf(nothing, new Date()).since).toBe('');
});
