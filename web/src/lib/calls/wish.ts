import type { Call } from '$lib/api';
import { outside } from './meaning';
import { isOwn, type Myself } from './mine';

/** Which part of the log is shown. */
export const SHOWN = ['all', 'missed', 'in', 'out', 'mine'] as const;
export type Shown = (typeof SHOWN)[number];

/** What is wished for besides; each in the words of the API's filter of that name. */
export const FILTERS = [
  'source',
  'queue',
  'user_id',
  'since',
  'number',
  'contact_id',
  'q',
] as const;
export type Filter = (typeof FILTERS)[number];

export type Wish = { show: Shown } & Partial<Record<Filter, string>>;

export function asShown(word: string | null): Shown {
  return SHOWN.find((shown) => shown === word) ?? 'all';
}

/** The wish in the words of the API. */
export function queryOf({ show, ...filters }: Wish): Record<string, string> {
  const query: Record<string, string> = {};
  if (show === 'missed') Object.assign(query, { missed: 'true', done: 'false' });
  else if (show === 'mine') query.mine = 'true';
  else if (show !== 'all') query.direction = show;
  for (const filter of FILTERS) if (filters[filter]) query[filter] = filters[filter];
  return query;
}

/** Whether a call that comes in belongs to what is shown to me; only the server can search. */
export function belongs(call: Call, wish: Wish, me: Myself | null): boolean {
  const { show, source, queue, user_id, since, number, contact_id, q } = wish;
  const known = (id: string) =>
    outside(call).matches.some((match) => match.level === 'known' && `${match.contact_id}` === id);
  return (
    (show === 'mine' ? me !== null && isOwn(me, call) : shows(call, show)) &&
    !q &&
    (!source || call.source === source) &&
    (!queue || call.queue === queue) &&
    (!user_id || `${call.answered_by?.user_id}` === user_id) &&
    (!since || call.started_at >= since) &&
    (!number || call.from.e164 === number || call.to.e164 === number) &&
    (!contact_id || known(contact_id))
  );
}

/** Whether a call belongs to this part of the log, which is the same for everybody. */
function shows(call: Call, shown: Exclude<Shown, 'mine'>): boolean {
  if (shown === 'missed') return call.missed && !call.done;
  return shown === 'all' || call.direction === shown;
}
