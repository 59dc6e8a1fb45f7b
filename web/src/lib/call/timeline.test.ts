import { expect, test, vi } from 'vitest';
import type { Event } from '$lib/api';
import { speech } from '$lib/i18n';
import { daysOf, stepsOf } from './timeline';

const at = (second: number) => `2026-03-02T10:00:${String(second).padStart(2, '0')}Z`;
const event = (event: string, second: number, more: Partial<Event> = {}): Event => ({
  event,
  at: at(second),
  users: [],
  extra: {},
  ...more,
});

function told(events: Event[], more: object = {}): string[] {
  const call = {
    events,
    direction: 'in',
    state: 'ended',
    queue: 'Support',
    started_at: at(0),
    ended_at: at(59),
    cause: null,
    answered_by: null,
    ...more,
  };
  return stepsOf(call).map(({ key, values, meaning }) => {
    const said = Object.values(values).filter((value) => value !== '');
    return [key.replace('call.', ''), ...said, `(${meaning})`].join(' ');
  });
}

test('a call that somebody took', () => {
  const events = [
    event('newCall', 0, { users: ['Emma', 'Chris'] }),
    event('answer', 7, { users: ['Emma'] }),
    event('hangup', 40, { cause: 'normalClearing' }),
  ];
  expect(told(events)).toEqual([
    'rings Emma, Chris (ringing)',
    'took Emma 7 (talking)',
    'ended (done)',
  ]);
});

test('who took it is whom the call knows, whomever the source names again', () => {
  const users = ['Emma', 'Chris'];
  const events = [
    event('newCall', 0, { users }),
    event('answer', 7, { users, answering_number: '22' }),
    event('answer', 9, { users, answering_number: '23' }),
  ];
  const answered_by = { user_id: 5, name: 'Emma', number: '22' };
  expect(told(events, { state: 'answered', answered_by })).toEqual([
    'rings Emma, Chris (ringing)',
    'took Emma 7 (talking)',
    'took 23 9 (talking)',
  ]);
});

test('a phone system that tells of queues, legs and transfers', () => {
  const events = [
    event('newCall', 0, { to: '4930111' }),
    event('queued', 1, { queue: 'Support' }),
    event('rang', 2),
    event('answer', 7, { answering_number: '22' }),
    event('legEnded', 20),
    event('transferred', 21, { answering_number: '23', transferred_by: '22' }),
    event('transferred', 30, { answering_number: '24' }),
    event('hangup', 40, { cause: 'normalClearing' }),
  ];
  const names = new Map([['23', 'Chris']]);
  const answered_by = { user_id: null, name: null, number: '22' };
  expect(told(events, { names, answered_by })).toEqual([
    'rings Support (ringing)',
    'queued Support (ringing)',
    'took 22 7 (talking)',
    'handed 22 Chris (talking)',
    'went 24 (talking)',
    'ended (done)',
  ]);
});

test('a call among us', () => {
  const events = [event('newCall', 0, { from: '22', to: '23' }), event('answer', 5)];
  const answered_by = { user_id: null, name: null, number: '23' };
  const more = { direction: 'internal', state: 'answered', answered_by };
  expect(told(events, more)).toEqual(['dials 22 (ringing)', 'took 23 5 (talking)']);
});

test('the voicemail took it', () => {
  const answered_by = { user_id: null, name: 'voicemail', number: null };
  expect(told([event('answer', 9)], { answered_by })).toContain('recorded (voicemail)');
});

test('a mailbox is called what the reader calls it', () => {
  vi.stubGlobal('localStorage', { setItem: () => undefined });
  speech.use('de');
  const events = [
    event('newCall', 0, { users: ['voicemail'] }),
    event('transferred', 1, { answering_number: 'voicemail' }),
    event('answer', 2, { users: ['voicemail'] }),
  ];
  const steps = ['rings Mailbox (ringing)', 'went Mailbox (talking)', 'recorded (voicemail)'];
  expect(told(events, { state: 'answered' })).toEqual(steps);
  speech.use('en');
  vi.unstubAllGlobals();
});

test('a call out', () => {
  const events = [event('newCall', 0, { from: '22' }), event('answer', 5)];
  const more = { direction: 'out', state: 'answered' };
  expect(told(events, more)).toEqual(['dials 22 (ringing)', 'reached 5 (talking)']);
});

test.each([
  ['voicemail', null, 'ended_voicemail (voicemail)'],
  ['forwarded', null, 'ended_forwarded (forwarded)'],
  ['cancel', null, 'ended_cancel (done)'],
  [null, 'weird', 'ended_text weird (done)'],
  [null, null, 'ended (done)'],
])('an end by %s (%s)', (cause, cause_text, expected) => {
  expect(told([event('hangup', 9, { cause, cause_text })])).toEqual([expected]);
});

test('a call out that nobody answered', () => {
  const events = [event('newCall', 0, { from: '22' }), event('hangup', 9, { cause: 'busy' })];
  expect(told(events, { direction: 'out' })).toEqual(['dials 22 (ringing)', 'ended_busy (busy)']);
});

test('what ended without a word of the source', () => {
  expect(told([event('newCall', 0)], { cause: 'blocked' })).toEqual([
    'rings Support (ringing)',
    'ended_blocked (blocked)',
  ]);
});

test('thirty days, today last', () => {
  const now = new Date(2026, 2, 30, 12);
  const call = (day: number, missed: boolean) => ({
    started_at: new Date(2026, 2, day, 23, 59).toISOString(),
    missed,
  });
  const days = daysOf([call(30, true), call(30, false), call(1, false), call(-1, false)], now);
  expect(days.length).toBe(30);
  expect([days[0]?.calls, days[29]?.calls, days[29]?.missed]).toEqual([1, 2, 1]);
  expect(days.reduce((sum, { calls }) => sum + calls, 0)).toBe(3);
});
