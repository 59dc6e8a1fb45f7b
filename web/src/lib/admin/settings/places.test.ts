import { expect, test } from 'vitest';
import { countries, timeZones } from './places';

test('countries in the reader’s language, each once, none that is gone', () => {
  const german = countries('de');
  expect(german.find(({ value }) => value === 'AT')?.label).toBe('Österreich (AT)');
  expect(new Set(german.map(({ value }) => value)).size).toBe(german.length);
  expect(german.length).toBeGreaterThan(200);
  for (const gone of ['DD', 'SU', 'ZZ']) {
    expect(german.map(({ value }) => value)).not.toContain(gone);
  }
});

test('the present time zone is always there', () => {
  const zones = timeZones('Mars/Olympus_Mons').map(({ value }) => value);
  expect(zones).toContain('Mars/Olympus_Mons');
  expect(zones).toContain('Europe/Berlin');
});
