import type { AnsweredBy, Call, Party } from '$lib/api';
import { t } from '$lib/i18n';

/** What a call is at a glance; each has a colour and a shape (StateMark). */
export const MEANINGS = [
  'ringing',
  'talking',
  'missed',
  'done',
  'blocked',
  'forwarded',
  'voicemail',
  'busy',
  'not_reached',
  'not_found',
] as const;
export type Meaning = (typeof MEANINGS)[number];

/** What became of a call of ours that nobody answered, by its cause. */
const UNANSWERED: Partial<Record<string, Meaning>> = {
  busy: 'busy',
  cancel: 'not_reached',
  noAnswer: 'not_reached',
  congestion: 'not_reached',
  notFound: 'not_found',
};

export function meaningOf(
  call: Pick<Call, 'direction' | 'state' | 'missed' | 'done' | 'cause' | 'answered_by'>,
): Meaning {
  if (call.state === 'ringing') return 'ringing';
  if (call.state === 'answered') return 'talking';
  // What nobody dealt with comes before how it ended.
  if (call.missed && !call.done) return 'missed';
  if (call.cause === 'blocked') return 'blocked';
  if (call.cause === 'voicemail') return 'voicemail';
  if (call.cause === 'forwarded') return 'forwarded';
  const unanswered = call.direction !== 'in' && !call.answered_by;
  return (unanswered && UNANSWERED[call.cause ?? '']) || 'done';
}

/** Who is outside: the caller of an inbound call, else the called (of an internal one the colleague). */
export function outside(call: Pick<Call, 'direction' | 'from' | 'to'>): Party {
  return call.direction === 'in' ? call.from : call.to;
}

/**
 * What somebody is called, as far as known. The API says `maybe Anna` in English, for scripts; here a
 * question mark says it in any language.
 */
export function nameOf({ name, matches }: Party): string {
  if (!matches[0] || matches[0].level === 'known') return inWords(name ?? '');
  const names = matches.map((match) => match.name || match.organization).filter(Boolean);
  return names.length > 0 ? `${names.join(', ')}?` : (name ?? '');
}

/** Our side of it: who answered, else the queue, else the number called. */
export function inside(call: Call): string {
  // Who has it, or had it last.
  const taker = call.transferred_to.at(-1) ?? call.answered_by;
  if (call.direction !== 'in') return nameOf(call.from) || call.from.pretty || call.from.number;
  return takerOf(taker) || nameOf(call.to) || call.queue;
}

/** Who took a call. */
export function takerOf(taker: Pick<AnsweredBy, 'name' | 'number'> | null | undefined): string {
  return inWords(taker?.name || taker?.number || '');
}

/** A name as the API says it, which is `voicemail` for a mailbox, in the reader's language. */
export function inWords(name: string): string {
  return name === 'voicemail' ? t('phone.voicemail') : name;
}

/** Where who is outside becomes a contact. */
export function newContactOf(call: Pick<Call, 'id' | 'direction' | 'from' | 'to'>): string {
  const { number, pretty, name, matches } = outside(call);
  const query = new URLSearchParams({
    number: pretty || number,
    // Not the name of those who it may be.
    ...(name && !matches[0] && { name }),
    call: String(call.id),
  });
  return `/contacts/new?${query}`;
}

/** The block list is for who calls in. */
export function isBlockable(call: Pick<Call, 'direction' | 'from' | 'to'>): boolean {
  return call.direction === 'in' && outside(call).number !== '';
}
