import { expect, test } from 'vitest';
import { meaningOf, nameOf, type Meaning } from './meaning';

const ended = { state: 'ended', missed: false, done: true, cause: 'normalClearing' };

test.each<[Parameters<typeof meaningOf>[0], Meaning]>([
  [{ ...ended, state: 'ringing', done: false, cause: null }, 'ringing'],
  [{ ...ended, state: 'answered', cause: null }, 'talking'],
  [ended, 'done'],
  [{ ...ended, missed: true, done: false, cause: 'cancel' }, 'missed'],
  [{ ...ended, missed: true, done: true, cause: 'cancel' }, 'done'],
  [{ ...ended, missed: true, done: false, cause: 'voicemail' }, 'missed'],
  [{ ...ended, missed: true, done: true, cause: 'voicemail' }, 'voicemail'],
  [{ ...ended, cause: 'blocked' }, 'blocked'],
  [{ ...ended, cause: 'forwarded' }, 'forwarded'],
])('%o', (call, meaning) => expect(meaningOf(call)).toBe(meaning));

const match = (name: string, level: string, organization = '') => ({
  contact_id: 1,
  name,
  organization,
  level,
});

test.each([
  [{ name: 'Anna', matches: [match('Anna', 'known')] }, 'Anna'],
  [{ name: 'maybe Anna', matches: [match('Anna', 'maybe')] }, 'Anna?'],
  [
    { name: 'maybe Anna,Ben', matches: [match('Anna', 'maybe'), match('Ben', 'maybe')] },
    'Anna, Ben?',
  ],
  [{ name: 'maybe Awesome', matches: [match('', 'maybe', 'Awesome')] }, 'Awesome?'],
  [{ name: 'maybe not', matches: [] }, 'maybe not'],
  [{ name: null, matches: [] }, ''],
])('%o', (party, name) => expect(nameOf({ ...party, number: '', pretty: '' })).toBe(name));
