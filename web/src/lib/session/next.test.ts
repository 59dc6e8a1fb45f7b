import { expect, test } from 'vitest';
import { safeNext } from './next';

test.each([
  ['/contacts/5?q=a', '/contacts/5?q=a'],
  [null, '/'],
  ['', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
])('%s leads to %s', (next, address) => expect(safeNext(next)).toBe(address));
