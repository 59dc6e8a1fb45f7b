import type { Call, CallDetail, Event } from '$lib/api';
import { inWords, meaningOf, type Meaning } from '$lib/calls/meaning';
import type { Key } from './texts';

/** One step of a call, told in words. */
export interface Step {
  at: string;
  key: Key;
  values: Record<string, string | number>;
  meaning: Meaning;
}

type Told = Pick<CallDetail, 'events' | 'direction' | 'queue' | 'answered_by' | 'started_at'> & {
  /** Who the numbers of legs are, as far as known. */
  names?: Map<string, string>;
};

const ENDS: Partial<Record<string, Key>> = {
  normalClearing: 'call.ended',
  busy: 'call.ended_busy',
  cancel: 'call.ended_cancel',
  noAnswer: 'call.ended_no_answer',
  congestion: 'call.ended_congestion',
  notFound: 'call.ended_not_found',
  forwarded: 'call.ended_forwarded',
  voicemail: 'call.ended_voicemail',
  blocked: 'call.ended_blocked',
  lost: 'call.ended_lost',
};

/** Told of each leg, and shown there. */
const OF_LEGS = ['rang', 'pickedUp', 'legEnded', 'joined'];

/** What happened, step by step, as the source reported it. */
export function stepsOf(call: Told & Pick<Call, 'state' | 'cause' | 'ended_at'>): Step[] {
  const first = call.events.find(({ event }) => event === 'answer');
  const told = call.events.filter(({ event }) => !OF_LEGS.includes(event));
  const steps = told.map((event) => stepOf(event, call, event === first));
  const last = call.events.at(-1);
  // What ended without a word of the source: blocked at once, or never heard of again.
  if (call.state === 'ended' && last?.event !== 'hangup' && call.ended_at) {
    steps.push(endOf(call, call.ended_at, call.cause ?? null, null));
  }
  return steps;
}

/** `first`: of several answers the one that counts, of which the call knows more. */
function stepOf(event: Event, call: Told, first: boolean): Step {
  const users = event.users.map(inWords).join(', ');
  const whom = users || event.queue || call.queue || event.to || '';
  if (event.event === 'newCall') {
    const key = call.direction === 'in' ? 'call.rings' : 'call.dials';
    const name = call.direction === 'in' ? whom : users || event.from || '';
    return { at: event.at, key, values: { name }, meaning: 'ringing' };
  }
  if (event.event === 'queued') {
    const values = { name: event.queue ?? '' };
    return { at: event.at, key: 'call.queued', values, meaning: 'ringing' };
  }
  if (event.event === 'transferred') {
    const to = inWords(event.answering_number ?? users);
    const key = event.transferred_by ? 'call.handed' : 'call.went';
    const nameOf = (number: string) => call.names?.get(number) ?? number;
    const values = { from: nameOf(event.transferred_by ?? ''), name: nameOf(to) };
    return { at: event.at, key, values, meaning: 'talking' };
  }
  if (event.event === 'hangup')
    return endOf(call, event.at, event.cause ?? null, event.cause_text ?? null);
  const by = first ? call.answered_by : undefined;
  // Sources repeat everybody whom it rang at.
  const taker = by?.name || by?.number || event.answering_number || event.users.join(', ');
  if (taker === 'voicemail') {
    return { at: event.at, key: 'call.recorded', values: {}, meaning: 'voicemail' };
  }
  const seconds = secondsBetween(call.started_at, event.at);
  const key = call.direction === 'out' ? 'call.reached' : 'call.took';
  return { at: event.at, key, values: { name: taker, n: seconds }, meaning: 'talking' };
}

function endOf(call: Told, at: string, cause: string | null, text: string | null): Step {
  const key = ENDS[cause ?? ''] ?? (text ? 'call.ended_text' : 'call.ended');
  // That somebody missed it is told of the call, not of its end.
  const meaning = meaningOf({ ...call, state: 'ended', missed: false, done: true, cause });
  return { at, key, values: { text: text ?? '' }, meaning };
}

function secondsBetween(one: string, other: string): number {
  return Math.max(0, Math.round((Date.parse(other) - Date.parse(one)) / 1000));
}

const DAYS = 30;
const DAY_MS = 86_400_000;

/** One of the last thirty days, and the calls in it. */
export interface Day {
  date: Date;
  calls: number;
  missed: number;
}

/** The last thirty days, today last. */
export function daysOf(calls: Pick<Call, 'started_at' | 'missed'>[], now: Date): Day[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Array.from({ length: DAYS }, (_, place) => {
    const date = new Date(today);
    date.setDate(today.getDate() - (DAYS - 1 - place));
    return { date, calls: 0, missed: 0 };
  });
  for (const call of calls) {
    const started = new Date(call.started_at);
    const midnight = new Date(started.getFullYear(), started.getMonth(), started.getDate());
    // Rounded, since days with a change of clocks are an hour longer or shorter.
    const day = days[DAYS - 1 - Math.round((today.getTime() - midnight.getTime()) / DAY_MS)];
    if (!day) continue;
    day.calls += 1;
    if (call.missed) day.missed += 1;
  }
  return days;
}
