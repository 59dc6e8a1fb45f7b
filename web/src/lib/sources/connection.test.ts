import { problemOf } from '$lib/api/problem';
import { expect, test } from 'vitest';
import {
  bodyOf,
  errorAt,
  errorBesides,
  draftOf,
  newDraft,
  newSecret,
  withDialling,
} from './connection';
import { filled, guideOf, GUIDES, isListened } from './guides';

test('what is typed is what is sent', () => {
  const draft = { ...newDraft(), address: ' pbx:5038 ', secret: 'hush', trunks: 'carrier, gsm*,' };
  expect(bodyOf(draft)).toEqual({
    address: 'pbx:5038',
    username: 'offhook',
    secret: 'hush',
    trunks: ['carrier', 'gsm*'],
    tls: false,
  });
});

test('whether people may dial is a word of the configuration', () => {
  const config = { dial: { prefix: '0' }, inbound: {} };
  const off = withDialling(config, false);
  expect(off).toEqual({ dial: { prefix: '0', off: true }, inbound: {} });
  expect(draftOf(off).dials).toBe(false);
  expect(withDialling(off, true)).toEqual(config);
  expect(draftOf(config).dials).toBe(true);
});

test('what is stored is what is typed again, but for the secret', () => {
  const connection = { address: 'pbx', username: 'cti', trunks: ['a', 'b'], tls: true };
  const draft = draftOf({ connection });
  expect(draft).toEqual({ ...connection, trunks: 'a, b', secret: '', dials: true });
  expect(bodyOf(draft)).not.toHaveProperty('secret');
  expect(draftOf({ connection: { trunks: 'a' } }).trunks).toBe('a');
  expect(draftOf(null)).toEqual({
    address: '',
    username: '',
    secret: '',
    trunks: '',
    tls: false,
    dials: true,
  });
});

test('a secret is another each time, and harmless in any file', () => {
  expect(newSecret()).not.toBe(newSecret());
  expect(newSecret()).toMatch(/^[a-z0-9]{20}$/);
});

test('what is to be put into files names the account', () => {
  const account = { username: 'cti', secret: 'hush', ourselves: '10.0.0.7', dials: false };
  for (const { kind, snippets } of GUIDES) {
    expect(isListened(kind), kind).toBe(snippets !== undefined);
    const texts = (snippets ?? []).map((snippet) => filled(snippet, account)).join('\n');
    expect(texts).not.toMatch(/USERNAME|SECRET|OURSELVES|WRITE|originate/);
    if (snippets) expect(texts).toContain('hush');
    const dialling = (snippets ?? []).map((one) => filled(one, { ...account, dials: true }));
    expect(dialling.join('').includes('write = reporting,originate')).toBe(kind === 'asterisk');
  }
});

test.each([
  ['fusionpbx', 'freeswitch', 'fusionpbx'],
  [null, 'freeswitch', 'freeswitch'],
  ['fusionpbx', 'asterisk', 'asterisk'],
  [null, 'generic', 'generic'],
  ['3cx', 'generic', '3cx'],
  [null, 'unheard-of', 'generic'],
])('the guide %s for the kind %s is %s', (id, kind, found) => {
  expect(guideOf(id, kind).id).toBe(found);
});

test('what is wrong is said beside its field, and else once', () => {
  const problem = (field: string) => problemOf(422, { detail: 'no', field });
  expect(errorAt(problem('config.connection.trunks'), 'trunks')).toBe('no');
  expect(errorAt(problem('config.connection_secret'), 'secret')).toBe('no');
  expect(errorBesides(problem('address'))).toBeUndefined();
  expect(errorBesides(problem('name'), 'name')).toBeUndefined();
  expect(errorBesides(problem('name'))).toBe('no');
  expect(errorBesides(undefined)).toBeUndefined();
});
