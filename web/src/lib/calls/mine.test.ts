import { expect, test } from 'vitest';
import { ringsAt } from './mine';

const me = { name: 'Emma Taylor', login: 'emma', phones: ['+49 30 2312 5700', '22'] };
const call = (name: string | null, number: string, queue = '') => ({
  to: { name, number, e164: null, pretty: '', matches: [] },
  queue,
});

test.each([
  [call('Chris Miller, Emma Taylor', '492214710334'), true],
  [call('emma', '492214710334'), true],
  [call('Emma Taylor-Smith', '492214710334'), false],
  [call(null, '493023125700'), true],
  [call('Support', '492214710334', '22'), true],
  [call(null, '492214710322', 'Support'), false],
  [call(null, ''), false],
])('%o', (call, mine) => expect(ringsAt(me, call)).toBe(mine));
