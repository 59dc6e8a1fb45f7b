import { expect, test } from 'vitest';
import { fill, READY, sample, unknownPlaces } from './pop';

const values = { number: '4930', name: 'A&B "ö"/?#', contact_url: 'http://x/1', call_id: "a'(b)" };

// The first five are the server's own cases.
test.each([
  ['https://crm/?n={number}', 'https://crm/?n=4930'],
  ['x?q={name}', 'x?q=A%26B%20%22%C3%B6%22%2F%3F%23'],
  ['{unknown}{', '{unknown}{'],
  ['{{number}}', '{4930}'],
  ['', ''],
  ['{contact_url}', 'http%3A%2F%2Fx%2F1'],
  ['{call_id}', 'a%27%28b%29'],
])('%j', (template, filled) => expect(fill(template, values)).toBe(filled));

test('places that mean nothing are found', () => {
  expect(unknownPlaces('{number}{phone}{}{')).toEqual(['phone', '']);
});

test.each(READY)('the ready template $name is an address that means what it says', (ready) => {
  expect(unknownPlaces(ready.template)).toEqual([]);
  expect(URL.canParse(fill(ready.template, sample('https://phone.example')))).toBe(true);
});
