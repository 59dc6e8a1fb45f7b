import { expect, test } from 'vitest';
import { fill, type Text } from './text';

type Room = Record<string, Record<string, Text>>;
const english = import.meta.glob<Room>('./en/*.ts', { eager: true });
const german = import.meta.glob<Room>('./de/*.ts', { eager: true });

test('holes are filled, numbers as the language writes them', () => {
  expect(fill('{n} calls of {name}', 'en', { n: 1204, name: 'Anna' })).toBe('1,204 calls of Anna');
  expect(fill('{n} Anrufe', 'de', { n: 1204 })).toBe('1.204 Anrufe');
});

test('one is told from several', () => {
  const text = { one: '{n} call', other: '{n} calls' };
  expect([0, 1, 2].map((n) => fill(text, 'en', { n }))).toEqual(['0 calls', '1 call', '2 calls']);
});

test('both languages say the same, with the same holes', () => {
  const holes = (text: unknown) =>
    [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
  const rooms = Object.keys(english).filter((path) => !path.endsWith('/index.ts'));
  expect(rooms.length).toBeGreaterThan(3);
  for (const path of rooms) {
    for (const [room, texts] of Object.entries(english[path]!)) {
      const others = german[path.replace('/en/', '/de/')]?.[room] ?? {};
      expect(Object.keys(others).sort(), path).toEqual(Object.keys(texts).sort());
      for (const [name, text] of Object.entries(texts)) {
        expect(holes(others[name]), `${path}: ${name}`).toEqual(holes(text));
      }
    }
  }
});
