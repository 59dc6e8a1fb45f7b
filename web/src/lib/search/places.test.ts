import { expect, test } from 'vitest';
import { fitting } from './places';

const places = ['Contacts', 'Ring window', 'My settings', 'Settings', 'Users'].map((name) => ({
  href: `/${name}`,
  name,
}));

test.each([
  ['set', ['My settings', 'Settings']],
  ['my SET', ['My settings']],
  ['  win ', ['Ring window']],
  ['ettings', []],
  ['settings my', ['My settings']],
  ['030', []],
  ['', []],
  ['   ', []],
])('%j finds the pages %j', (typed, names) => {
  expect(fitting(places, typed).map(({ name }) => name)).toEqual(names);
});
