import { expect, test } from 'vitest';
import { asShown, shows } from './wish';

test('a part of the log holds what its name says', () => {
  const missed = { direction: 'in', missed: true, done: false };
  expect(shows(missed, 'missed')).toBe(true);
  expect(shows({ ...missed, done: true }, 'missed')).toBe(false);
  expect(shows(missed, 'in')).toBe(true);
  expect(shows(missed, 'out')).toBe(false);
  expect(shows(missed, 'all')).toBe(true);
});

test('an address somebody made up shows everything', () => {
  expect(asShown('out')).toBe('out');
  expect(asShown('odd')).toBe('all');
  expect(asShown(null)).toBe('all');
});
