import { expect, test } from 'vitest';
import { meaningOf, type Meaning } from './meaning';

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
