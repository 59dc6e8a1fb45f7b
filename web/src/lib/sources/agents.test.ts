import { expect, test } from 'vitest';
import type { User } from '$lib/api';
import { isProvider, userOf } from './agents';

const user = (id: number, login: string, email = '') => ({ id, login, email }) as User;
const users = [
  user(1000000, 'emma', 'emma@example.org'),
  user(1000001, 'Chris', 'Chris@Example.org'),
  user(1000002, 'emma@example.org'),
];

test.each([
  [1000000, 1000000],
  ['1000001', 1000001],
  ['EMMA', 1000000],
  [' chris ', 1000001],
  ['chris@example.ORG', 1000001],
  // A login comes before an address.
  ['emma@example.org', 1000002],
  ['nobody', undefined],
  [7, undefined],
  ['', undefined],
  [null, undefined],
])('%j means %j', (user_id, expected) => {
  expect(userOf(users, { user_id })?.id).toBe(expected);
});

test('whose users are mapped', () => {
  expect(['sipgate', 'placetel', 'generic', 'toString', undefined].map(isProvider)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
