import { expect, test } from 'vitest';
import { de } from './de';
import { en } from './en';
import { fill } from './text';

test('holes are filled, numbers as the language writes them', () => {
  expect(fill('{n} calls of {name}', 'en', { n: 1204, name: 'Anna' })).toBe('1,204 calls of Anna');
  expect(fill('{n} Anrufe', 'de', { n: 1204 })).toBe('1.204 Anrufe');
});

test('one is told from several', () => {
  const text = { one: '{n} call', other: '{n} calls' };
  expect([0, 1, 2].map((n) => fill(text, 'en', { n }))).toEqual(['0 calls', '1 call', '2 calls']);
});

test('both languages have the same holes', () => {
  const holes = (text: unknown) =>
    [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
  for (const [room, texts] of Object.entries(en)) {
    for (const [key, text] of Object.entries(texts)) {
      const other = (de as unknown as Record<string, Record<string, unknown>>)[room]![key];
      expect(holes(other), `${room}.${key}`).toEqual(holes(text));
    }
  }
});
