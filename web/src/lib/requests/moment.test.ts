import { expect, test } from 'vitest';
import { momentOf } from './moment';

const now = new Date(2026, 2, 3, 12, 0, 0);

test.each([
  [new Date(2026, 2, 3, 0, 5, 9), 'en', '00:05:09'],
  [new Date(2026, 2, 2, 23, 5, 9), 'en', '2 Mar, 23:05:09'],
  [new Date(2026, 2, 2, 23, 5, 9), 'de', '2. März, 23:05:09'],
])('%s in %s', (time, language, text) => expect(momentOf(time, now, language)).toBe(text));
