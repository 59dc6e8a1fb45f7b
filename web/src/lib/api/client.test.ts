import { expect, test } from 'vitest';
import { askAll } from './client';

const response = new Response();

test('a list is asked for part by part', async () => {
  const cursors: (string | undefined)[] = [];
  const parts = [
    { items: [1, 2], next_cursor: 'a' },
    { items: [3], next_cursor: 'b' },
    { items: [], next_cursor: null },
  ];
  const items = await askAll(({ cursor }) => {
    cursors.push(cursor);
    return Promise.resolve({ data: parts[cursors.length - 1], response });
  });
  expect(items).toEqual([1, 2, 3]);
  expect(cursors).toEqual([undefined, 'a', 'b']);
});
