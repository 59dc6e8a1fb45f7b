import { expect, test } from 'vitest';
import type { Contact } from '$lib/api';
import { joined, joinedNote, proposed } from './merge';

test('this contact comes first, the other where this one has nothing', () => {
  const one = { name: 'Anna', organization: '' } as Contact;
  expect(proposed(one, 'name')).toBe('one');
  expect(proposed(one, 'organization')).toBe('other');
});

test('lists are joined, each line once; notes stand below each other', () => {
  expect(joined(['1', '2'], ['2', '3'])).toEqual(['1', '2', '3']);
  expect(joinedNote('a', 'b')).toBe('a\n\nb');
  expect(joinedNote('', 'b')).toBe('b');
});
