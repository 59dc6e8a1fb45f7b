import { afterEach, expect, test, vi } from 'vitest';
import type { Call } from '$lib/api';
import { speech } from '$lib/i18n';
import { inside, isBlockable, meaningOf, nameOf, newContactOf, type Meaning } from './meaning';

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

const party = (number: string, name: string | null = null, matches: object[] = []) => ({
  number,
  name,
  pretty: `+${number}`,
  matches,
});
const call = (more: object) =>
  ({
    id: 7,
    direction: 'in',
    from: party('4930'),
    to: party('22'),
    queue: '22',
    transferred_to: [],
    ...more,
  }) as unknown as Call;

afterEach(() => void vi.unstubAllGlobals());

test('our side of a call is who has it now, in the reader’s words', () => {
  const emma = { user_id: 1, name: 'Emma', number: '22' };
  const mailbox = { user_id: null, name: null, number: 'voicemail' };
  expect(inside(call({}))).toBe('22');
  expect(inside(call({ answered_by: emma }))).toBe('Emma');
  expect(inside(call({ answered_by: mailbox }))).toBe('voicemail');
  vi.stubGlobal('localStorage', { setItem: () => undefined });
  speech.use('de');
  expect(inside(call({ answered_by: emma, transferred_to: [mailbox] }))).toBe('Mailbox');
  expect(inside(call({ to: party('22', 'voicemail') }))).toBe('Mailbox');
  speech.use('en');
});

test.each([
  [{}, 'number=%2B4930&call=7'],
  [{ from: party('4930', 'A & B') }, 'number=%2B4930&name=A+%26+B&call=7'],
  [{ from: party('4930', 'maybe A', [match('A', 'maybe')]) }, 'number=%2B4930&call=7'],
  [{ direction: 'out', to: party('4989') }, 'number=%2B4989&call=7'],
])('%j becomes a contact with %s', (more, query) =>
  expect(newContactOf(call(more))).toBe(`/contacts/new?${query}`),
);

test.each([
  [{}, true],
  [{ from: party('') }, false],
  [{ direction: 'out' }, false],
  [{ direction: 'internal' }, false],
])('%j can be blocked: %s', (more, can) => expect(isBlockable(call(more))).toBe(can));
