import { expect, test } from 'vitest';
import { numberOf } from './dial';

test.each([
  ['tel:+4930123', '+4930123'],
  ['tel:*97%23', '*97#'],
  ['tel:101', '101'],
])('%s is %s', (href, number) => {
  expect(numberOf(href)).toBe(number);
});
