import { api, ask, type Call, type CallNote } from '$lib/api';

/** Calls that are looked at for what is known of a caller. */
const LOOKED_AT = 50;

/** What is good to know before one takes a call. */
export interface Known {
  /** The newest of the calls before. */
  last: Call | undefined;
  /** Missed calls of the same number that nobody dealt with. */
  missed: number;
  /** What was last written about this number. */
  note: CallNote | undefined;
}

export function knownOf(call: Pick<Call, 'id'>, calls: Call[]): Omit<Known, 'note'> {
  const before = calls.filter(({ id, state }) => id !== call.id && state !== 'ringing');
  return {
    last: before[0],
    missed: before.filter(({ missed, done }) => missed && !done).length,
  };
}

/** Asks for what is known of the caller of a call that rings. */
export async function askKnown(call: Call): Promise<Known> {
  const number = call.from.e164 ?? call.from.number;
  const of = (limit: number) => ({ params: { query: { number, limit: String(limit) } } });
  const [calls, notes] = await Promise.all([
    ask(api.GET('/api/v1/calls', of(LOOKED_AT))),
    ask(api.GET('/api/v1/notes', of(1))),
  ]);
  return { ...knownOf(call, calls.items), note: notes.items[0] };
}
