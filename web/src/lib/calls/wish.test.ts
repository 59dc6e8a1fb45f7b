import { expect, test } from 'vitest';
import type { Call } from '$lib/api';
import { asShown, belongs, queryOf, shows, type Wish } from './wish';

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

const call = {
  direction: 'in',
  missed: true,
  done: false,
  source: 'office',
  queue: 'Support',
  started_at: '2026-03-02T10:00:00Z',
  answered_by: { user_id: 3 },
  from: { e164: '4930555', matches: [{ contact_id: 7, level: 'known' }] },
  to: { e164: '4930111', matches: [{ contact_id: 8, level: 'known' }] },
} as unknown as Call;

test.each<[Partial<Wish>, boolean]>([
  [{}, true],
  [{ show: 'out' }, false],
  [{ source: 'office', queue: 'Support' }, true],
  [{ source: 'other' }, false],
  [{ queue: 'Sales' }, false],
  [{ user_id: '3' }, true],
  [{ user_id: '33' }, false],
  [{ since: '2026-03-02T00:00:00Z' }, true],
  [{ since: '2026-03-03T00:00:00Z' }, false],
  [{ number: '4930555' }, true],
  [{ number: '493055' }, false],
  [{ contact_id: '7' }, true],
  [{ contact_id: '8' }, false],
  [{ q: 'office' }, false],
])('a call that comes in belongs to %o: %s', (wish, expected) => {
  expect(belongs(call, { show: 'all', ...wish })).toBe(expected);
});

test('a wish in the words of the API', () => {
  expect(queryOf({ show: 'all' })).toEqual({});
  expect(queryOf({ show: 'missed', queue: '', source: 'office' })).toEqual({
    missed: 'true',
    done: 'false',
    source: 'office',
  });
  expect(queryOf({ show: 'in', q: 'a' })).toEqual({ direction: 'in', q: 'a' });
});
