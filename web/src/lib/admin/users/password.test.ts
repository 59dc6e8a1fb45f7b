import { expect, test } from 'vitest';
import { generatePassword } from './password';

test('four groups of four, another every time', () => {
  const some = new Set(Array.from({ length: 50 }, () => generatePassword()));
  expect(some.size).toBe(50);
  for (const one of some) expect(one).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
});

test('bytes that would favour some letters are not used', () => {
  let next = 0;
  const password = generatePassword(() => Uint8Array.of(next++ % 2 ? 0 : 255));
  expect(password).toBe('aaaa-aaaa-aaaa-aaaa');
});
