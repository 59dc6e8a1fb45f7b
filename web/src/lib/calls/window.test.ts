import { expect, test } from 'vitest';
import { drawn, scrolledTo } from './window';

test.each([
  [0, 0, { first: 0, end: 0 }],
  [5, 0, { first: 0, end: 5 }],
  [1000, 0, { first: 0, end: 20 }],
  [1000, 4800, { first: 90, end: 120 }],
  [1000, 47_520, { first: 980, end: 1000 }],
  // Fewer than before, and not yet scrolled back.
  [10, 47_520, { first: 10, end: 10 }],
])('of %i rows, scrolled by %i px', (count, scrolled, expected) => {
  expect(drawn(count, 48, scrolled, 480)).toEqual(expected);
});

test.each([
  [0, 100, 0],
  [3, 100, 100],
  [2, 100, 96],
  [12, 100, 144],
])('row %i is seen, %i px before', (place, scrolled, expected) => {
  expect(scrolledTo(place, 48, scrolled, 480)).toBe(expected);
});
