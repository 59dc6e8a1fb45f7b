import { api, ask, type Call, type Note } from '$lib/api';

/** Calls that are looked at for what is known of a caller. */
const LOOKED_AT = 50;
/** Notes are asked for call by call: of so many. */
const WITH_NOTES = 3;

/** What is good to know before one takes a call. */
export interface Known {
  /** The newest of the calls before. */
  last: Call | undefined;
  /** Missed calls of the same number that nobody dealt with. */
  missed: number;
  /** What was last written about this number. */
  note: Note | undefined;
}

export function knownOf(
  call: Pick<Call, 'id'>,
  calls: Call[],
): Omit<Known, 'note'> & { before: Call[] } {
  const before = calls.filter(({ id, state }) => id !== call.id && state !== 'ringing');
  return {
    before,
    last: before[0],
    missed: before.filter(({ missed, done }) => missed && !done).length,
  };
}

/** Newest first, whatever order the calls came in. */
export function newest(notes: Note[]): Note | undefined {
  return notes.reduce<Note | undefined>(
    (last, note) => (last && last.at >= note.at ? last : note),
    undefined,
  );
}

/** Asks for what is known of the caller of a call that rings. */
export async function askKnown(call: Call): Promise<Known> {
  const query = { number: call.from.e164 ?? call.from.number, limit: String(LOOKED_AT) };
  const { items } = await ask(api.GET('/api/v1/calls', { params: { query } }));
  const { before, ...known } = knownOf(call, items);
  const details = await Promise.all(
    before
      .slice(0, WITH_NOTES)
      .map(({ id }) => ask(api.GET('/api/v1/calls/{id}', { params: { path: { id } } }))),
  );
  return { ...known, note: newest(details.flatMap(({ notes }) => notes)) };
}
