import { describe, expect, test } from 'vitest';
import { duration, initials, relativeTime, shortTime, telLink } from '.';

test.each([
  [0, '0:00'],
  [23.9, '0:23'],
  [725, '12:05'],
  [3723, '1:02:03'],
  [-5, '0:00'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

describe('times', () => {
  const now = new Date(2026, 2, 11, 14, 0);
  test.each([
    [new Date(2026, 2, 11, 9, 5), '09:05'],
    [new Date(2026, 2, 10, 23, 59), 'Tue 23:59'],
    [new Date(2026, 2, 4, 12, 41), '4 Mar, 12:41'],
    [new Date(2025, 11, 24, 8, 0), '24 Dec 2025, 08:00'],
    // A clock that is wrong: tomorrow already.
    [new Date(2026, 2, 12, 0, 30), '12 Mar, 00:30'],
  ])('%s', (time, text) => expect(shortTime(time, now, 'en')).toBe(text));

  test.each([
    [-30, 'now'],
    [-120, '2 minutes ago'],
    [-7200, '2 hours ago'],
    [-86_400, 'yesterday'],
    [300, 'in 5 minutes'],
  ])('%d seconds away', (seconds, text) =>
    expect(relativeTime(new Date(now.getTime() + seconds * 1000), now, 'en')).toBe(text),
  );
});

test.each([
  [{ e164: '493023125771', number: '030 23125771' }, 'tel:+493023125771'],
  [{ e164: null, number: '22' }, 'tel:22'],
  [{ e164: null, number: '*21#' }, 'tel:*21%23'],
  [{ e164: null, number: 'emma@example.org' }, undefined],
  [{ e164: null, number: '' }, undefined],
])('%o', (party, link) => expect(telLink(party)).toBe(link));

test.each([
  ['Emma Taylor', 'ET'],
  ['  anna  ', 'A'],
  ['李 小龍', '李小'],
  ['🙂 Max', 'M'],
  ['', '?'],
])('%s', (name, text) => expect(initials(name)).toBe(text));
