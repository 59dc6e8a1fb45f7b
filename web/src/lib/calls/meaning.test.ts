import { expect, test } from 'vitest';
import { meaningOf, nameOf, type Meaning } from './meaning';

const ended = {
  direction: 'in',
  state: 'ended',
  missed: false,
  done: true,
  cause: 'normalClearing',
  answered_by: null,
};
const out = { ...ended, direction: 'out' };
const internal = { ...ended, direction: 'internal' };
const answered_by = { user_id: null, name: null, number: null };

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
  [{ ...out, state: 'ringing', cause: null }, 'ringing'],
  [out, 'done'],
  [{ ...out, cause: null }, 'done'],
  [{ ...out, cause: 'lost' }, 'done'],
  [{ ...out, cause: 'busy' }, 'busy'],
  [{ ...out, cause: 'cancel' }, 'not_reached'],
  [{ ...out, cause: 'noAnswer' }, 'not_reached'],
  [{ ...out, cause: 'congestion' }, 'not_reached'],
  [{ ...out, cause: 'notFound' }, 'not_found'],
  [{ ...out, cause: 'voicemail' }, 'voicemail'],
  [{ ...internal, cause: 'busy' }, 'busy'],
  // Whoever was reached was; and what somebody missed here is that.
  [{ ...out, cause: 'busy', answered_by }, 'done'],
  [{ ...ended, missed: true, done: true, cause: 'busy' }, 'done'],
  [{ ...ended, missed: true, done: false, cause: 'busy' }, 'missed'],
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
