import { afterEach, expect, test, vi } from 'vitest';
import { dayOf } from './day';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['UTC', '2026-03-05T23:59:59.000Z', '2026-03-05'],
  ['Europe/Berlin', '2026-03-05T22:59:59.000Z', '2026-03-05'],
  ['Europe/Berlin', '2026-03-05T23:30:00.000Z', '2026-03-06'],
  ['America/New_York', '2026-03-06T04:59:59.000Z', '2026-03-05'],
  ['Pacific/Auckland', '2026-12-31T10:59:59.000Z', '2026-12-31'],
  ['Pacific/Auckland', '2026-12-31T12:00:00.000Z', '2027-01-01'],
])('in %s, %s is on %s', (zone, time, day) => {
  vi.stubEnv('TZ', zone);
  expect(dayOf(time)).toBe(day);
});

test.each([null, undefined, '', 'soon'])('%j is on no day', (time) => {
  expect(dayOf(time)).toBe('');
});
