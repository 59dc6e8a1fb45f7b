import type { Call, Party } from '$lib/api';

/** What a call is at a glance; each has a colour and a shape (StateMark). */
export const MEANINGS = [
  'ringing',
  'talking',
  'missed',
  'done',
  'blocked',
  'forwarded',
  'voicemail',
] as const;
export type Meaning = (typeof MEANINGS)[number];

export function meaningOf(
  call: Pick<Call, 'state' | 'missed' | 'done' | 'cause'> & { answered_by?: Call['answered_by'] },
): Meaning {
  if (call.state === 'ringing') return 'ringing';
  if (call.state === 'answered') return 'talking';
  // What nobody dealt with comes before how it ended.
  if (call.missed && !call.done) return 'missed';
  if (call.cause === 'blocked') return 'blocked';
  if (call.cause === 'voicemail') return 'voicemail';
  if (call.cause === 'forwarded') return 'forwarded';
  return 'done';
}

/** Who is outside: the caller of an inbound call, the called of an outbound one. */
export function outside(call: Pick<Call, 'direction' | 'from' | 'to'>): Party {
  return call.direction === 'out' ? call.to : call.from;
}

/** Our side of it: who answered, else the queue, else the number called. */
export function inside(call: Call): string {
  const { answered_by: taker } = call;
  if (call.direction === 'out') return call.from.name || call.from.pretty || call.from.number;
  return taker?.name || taker?.number || call.to.name || call.queue;
}
