import { expect, test } from 'vitest';
import { draftOf, patchOf, shortens, wrongWith, type Draft } from './draft';

const draft: Draft = draftOf({
  country: 'DE',
  time_zone: 'Europe/Berlin',
  view_limit: 60,
  retention_days: 365,
  requests_days: 0,
  lost_ringing_minutes: 60,
  lost_answered_hours: 12,
  pop_url_template: null,
  public_url: 'https://phone.example',
});

test.each([
  ['365', '30', true],
  ['365', '366', false],
  ['365', '365', false],
  ['365', '0', false],
  ['0', '365', true],
  ['365', '', false],
  ['365', 'x', false],
])('%j to %j shortens: %j', (before, now, shorter) => expect(shortens(before, now)).toBe(shorter));

test.each<[keyof Draft, string, string | undefined]>([
  ['view_limit', '60', undefined],
  ['view_limit', '0', 'bounds'],
  ['view_limit', '1001', 'bounds'],
  ['retention_days', '0', undefined],
  ['retention_days', '-1', 'bounds'],
  ['retention_days', '1.5', 'bounds'],
  ['retention_days', '', 'bounds'],
  ['public_url', '', undefined],
  ['public_url', 'HTTPS://phone.example', undefined],
  ['public_url', 'phone.example', 'address'],
  ['pop_url_template', 'javascript:alert(1)', 'address'],
  ['country', '', undefined],
])('%s %j', (name, text, kind) =>
  expect(wrongWith({ ...draft, [name]: text }, name)?.kind).toBe(kind),
);

test('only what was changed is sent, in the words of the API', () => {
  const typed = { ...draft, view_limit: ' 80', public_url: ' ', pop_url_template: 'https://x ' };
  expect(patchOf(typed, ['view_limit', 'public_url', 'pop_url_template'])).toEqual({
    view_limit: 80,
    public_url: null,
    pop_url_template: 'https://x',
  });
});
