import { expect, test } from 'vitest';
import type { User } from '$lib/api';
import { draftOf, loginTaken, patchOf, phoneNote, phonesOf } from './draft';

const chris: User = {
  id: 1,
  login: 'Chris',
  name: 'Chris Miller',
  email: '',
  phones: ['21', '+49 30 1234'],
  role: 'agent',
  permissions: [],
  active: true,
  created_at: '',
};

test.each([
  ['', undefined],
  ['22\n\n 030 99 ', undefined],
  ['22\n22', 'twice'],
  ['030 99\n030-99', 'twice'],
  ['21', 'shared'],
  ['+49 (30) 12-34', 'shared'],
  ['desk', 'no_digits'],
  ['1'.repeat(251), 'too_long'],
])('phones %j', (text, kind) => expect(phoneNote(text, [chris])?.kind).toBe(kind));

test('whose it is', () => {
  expect(phoneNote('21', [chris])).toEqual({ kind: 'shared', phone: '21', name: 'Chris Miller' });
});

test.each([
  ['chris', true],
  [' CHRIS ', true],
  ['chris2', false],
  ['', false],
])('login %j', (login, taken) => expect(loginTaken(login, [chris])).toBe(taken));

test('only what was changed is sent', () => {
  const draft = { ...draftOf(chris), phones: ' 21 \n\n23', name: 'Chris M.' };
  expect(phonesOf(draft.phones)).toEqual(['21', '23']);
  expect(patchOf(draft, ['phones'])).toEqual({ phones: ['21', '23'] });
  expect(patchOf(draft, [])).toEqual({});
  expect(patchOf({ ...draft, dials: true }, ['dials'])).toEqual({ permissions: ['dial'] });
  expect(patchOf(draft, ['dials'])).toEqual({ permissions: [] });
});
