import { expect, test } from 'vitest';
import { begunFor, keepBegun } from './begun';
import { EMPTY } from './draft';

test('what was begun waits for what it is about, until it is nothing new', () => {
  const draft = { ...EMPTY, name: 'half writ' };
  keepBegun('4930', { draft }, EMPTY);
  keepBegun(7, { draft, tag: '"3"' }, EMPTY);
  expect(begunFor('4930')).toEqual({ draft });
  expect(begunFor(7)?.tag).toBe('"3"');
  keepBegun('4930', { draft: { ...EMPTY, note: ' ' } }, EMPTY);
  keepBegun(7, undefined, EMPTY);
  expect([begunFor('4930'), begunFor(7)]).toEqual([undefined, undefined]);
});
