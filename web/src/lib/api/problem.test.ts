import { expect, test } from 'vitest';
import { errorOf, problemOf, textOf } from './problem';

const taken = problemOf(409, { code: 'x', detail: 'anna is taken', field: 'login' });

test('the server’s words stand where we have none', () => {
  expect(textOf(taken)).toBe('anna is taken');
});

test('known codes speak the reader’s language', () => {
  expect(textOf(problemOf(404, { code: 'not_found', detail: 'x' }))).not.toBe('x');
});

test('an answer that is no problem is still an error one can read', () => {
  expect(textOf(problemOf(502, '<html>'))).not.toBe('');
  expect(textOf(problemOf(502, undefined))).not.toBe('');
});

test('a field gets its own error only', () => {
  expect(errorOf(taken, 'login')).toBe('anna is taken');
  expect(errorOf(taken, 'name')).toBeUndefined();
  const second = problemOf(422, { code: 'invalid', detail: 'too long', field: 'phones[1]' });
  expect(errorOf(second, 'phones')).toBe('too long');
  const deep = problemOf(422, {
    detail: 'config.connection.address: no host',
    field: 'config.connection.address',
  });
  expect(errorOf(deep, 'config.connection.address')).toBe('no host');
  expect(errorOf(deep, 'config')).toBe('no host');
  expect(errorOf(deep, 'config.connection.add')).toBeUndefined();
});
