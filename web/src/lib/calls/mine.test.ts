import { expect, test } from 'vitest';
import { isMadeBy, isOwn, ringsAt } from './mine';

const me = { id: 5, name: 'Emma Taylor', login: 'emma', phones: ['+49 30 2312 5700', '22'] };
const call = (name: string | null, number: string, queue = '', rung: number[] = []) => ({
  to: { name, number, e164: null, pretty: '', matches: [] },
  queue,
  rung,
});

test.each([
  [call('Chris Miller, Emma Taylor', '492214710334'), true],
  [call('emma', '492214710334'), true],
  [call('Emma Taylor-Smith', '492214710334'), false],
  [call(null, '493023125700'), true],
  [call('Support', '492214710334', '22'), true],
  [call(null, '492214710322', 'Support'), false],
  [call(null, ''), false],
  [call(null, '492214710334', 'Support', [4, 5]), true],
  [call(null, '492214710334', 'Support', [4]), false],
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

const by = (user_id: number | null) => ({ user_id, name: null, number: null });
const nobodys = {
  made_by: null,
  answered_by: null,
  transferred_to: [],
  missed: false,
  rung: [],
  to: party('492214710334', '492214710334'),
};
const toMe = party('493023125700', '493023125700');

test.each<[Partial<Parameters<typeof isOwn>[1]>, boolean]>([
  [{}, false],
  [{ made_by: 5 }, true],
  [{ made_by: 4 }, false],
  [{ answered_by: by(5) }, true],
  [{ answered_by: by(4), transferred_to: [by(null), by(5)] }, true],
  [{ answered_by: by(4), rung: [4, 5] }, false],
  [{ rung: [5] }, false],
  [{ missed: true }, false],
  [{ missed: true, rung: [4, 5] }, true],
  [{ missed: true, rung: [4] }, false],
  [{ missed: true, to: toMe }, true],
  [{ missed: true, to: party('22', null) }, true],
  [{ to: toMe }, false],
])('a call with %j is mine: %s', (more, own) => {
  expect(isOwn(me, { ...nobodys, ...more })).toBe(own);
});
