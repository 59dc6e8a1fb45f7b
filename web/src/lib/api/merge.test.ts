import { expect, test } from 'vitest';
import { changed, merge } from './merge';

const before = { name: 'Anna', role: 'agent', phones: ['22'] };

test.each([
  ['nothing happened', {}, {}, {}, []],
  ['only I typed', {}, { name: 'Anne' }, { name: 'Anne' }, []],
  ['only they saved', { name: 'Anne' }, {}, { name: 'Anne' }, []],
  ['each another', { role: 'admin' }, { name: 'Anne' }, { name: 'Anne', role: 'admin' }, []],
  ['both the same', { phones: ['23'] }, { phones: ['23'] }, { phones: ['23'] }, []],
  ['both differently', { name: 'Ann' }, { name: 'Anne' }, { name: 'Anne' }, ['name']],
])('%s', (_, theirs, typed, values, conflicts) => {
  const merged = merge(before, { ...before, ...theirs }, { ...before, ...typed });
  expect(merged).toEqual({ values: { ...before, ...values }, conflicts });
});

test('what was changed', () => {
  expect(changed(before, before)).toEqual([]);
  expect(changed(before, { ...before, phones: ['22', '23'] })).toEqual(['phones']);
});

test('what only one side has counts as well', () => {
  const before: { name: string; queue?: string } = { name: 'Anna' };
  const theirs = { name: 'Anna', queue: 'sales' };
  expect(changed(before, theirs)).toEqual(['queue']);
  expect(merge(before, theirs, { name: 'Eve' }).values).toEqual({ name: 'Eve', queue: 'sales' });
});
