import { expect, test } from 'vitest';
import type { Call } from '$lib/api';
import { asShown, belongs, queryOf, type Shown, type Wish } from './wish';

test('an address somebody made up shows everything', () => {
  expect(asShown('out')).toBe('out');
  expect(asShown('mine')).toBe('mine');
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
  transferred_to: [],
  rung: [],
  from: { e164: '4930555', matches: [{ contact_id: 7, level: 'known' }] },
  to: { e164: '4930111', matches: [{ contact_id: 8, level: 'known' }] },
} as unknown as Call;

test.each<[Partial<Wish>, boolean]>([
  [{}, true],
  [{ show: 'in' }, true],
  [{ show: 'out' }, false],
  [{ show: 'missed' }, true],
  [{ show: 'mine' }, true],
  [{ show: 'mine', queue: 'Sales' }, false],
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
  expect(belongs(call, { show: 'all', ...wish }, { id: 3, phones: [] })).toBe(expected);
});

test('what was dealt with is not open, and what others took is not mine', () => {
  const shown = (show: Shown, id: number) =>
    belongs({ ...call, done: true }, { show }, { id, phones: [] });
  expect(shown('missed', 3)).toBe(false);
  expect(shown('mine', 3)).toBe(true);
  expect(shown('mine', 4)).toBe(false);
  expect(belongs(call, { show: 'mine' }, null)).toBe(false);
});

test('a wish in the words of the API', () => {
  expect(queryOf({ show: 'all' })).toEqual({});
  expect(queryOf({ show: 'missed', queue: '', source: 'office' })).toEqual({
    missed: 'true',
    done: 'false',
    source: 'office',
  });
  expect(queryOf({ show: 'mine', queue: 'Sales' })).toEqual({ mine: 'true', queue: 'Sales' });
  expect(queryOf({ show: 'in', q: 'a' })).toEqual({ direction: 'in', q: 'a' });
});
