import { expect, test } from 'vitest';
import { EMPTY, fieldsOf, isNoNumber, isSame, withEmptyLine } from './draft';

test('what is sent has no empty lines and nothing around the words', () => {
  const draft = { ...EMPTY, name: ' Anna ', phones: [' +49 30 1 ', '', ' ', '22'], note: 'a\n' };
  expect(fieldsOf(draft)).toEqual({
    name: 'Anna',
    organization: '',
    phones: ['+49 30 1', '22'],
    emails: [],
    url: '',
    note: 'a',
  });
});

test('drafts are the same when the same is sent', () => {
  expect(isSame(EMPTY, { ...EMPTY, phones: [], note: ' ' })).toBe(true);
  expect(isSame(EMPTY, { ...EMPTY, name: 'A' })).toBe(false);
});

test.each([
  [[], ['']],
  [['1'], ['1', '']],
  [
    ['', '1', ' ', '2', ''],
    ['1', '2', ''],
  ],
])('%j has one empty line more', (lines, expected) => {
  expect(withEmptyLine(lines)).toEqual(expected);
});

test.each([
  ['', false],
  ['22', false],
  ['+49 (0)30 / 1', false],
  ['2', true],
  ['Anna', true],
])('%s is no number: %s', (line, expected) => {
  expect(isNoNumber(line)).toBe(expected);
});
