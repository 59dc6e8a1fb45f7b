import { expect, test } from 'vitest';
import { isMadeBy, ringsAt } from './mine';

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

const party = (number: string, e164: string | null) => ({ number, e164, pretty: '', matches: [] });

test.each([
  ['202', null, ['202'], true],
  ['202', null, ['1202'], false],
  ['02', null, ['202'], false],
  ['493023125700', '493023125700', ['+49 30 2312 5700'], true],
  ['493023125700', '493023125700', ['030/23125700'], true],
  ['493023125700', '493023125701', ['030/23125700'], false],
  ['', null, [''], false],
  ['anonymous', null, [], false],
])('a call out from %s (%s) is of %s: %s', (number, e164, phones, mine) => {
  expect(isMadeBy({ phones }, { direction: 'out', from: party(number, e164) })).toBe(mine);
  expect(isMadeBy({ phones }, { direction: 'in', from: party(number, e164) })).toBe(false);
});
