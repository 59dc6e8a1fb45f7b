/** What came of bringing together what one typed and what somebody else saved meanwhile. */
export interface Merged<Values> {
  values: Values;
  /** What both changed, and differently: what was typed stands. */
  conflicts: (keyof Values)[];
}

/**
 * Three sides of one form: as it was when it was opened, as it is on the server now, as it was
 * typed. What was not touched takes over theirs; what was typed is never lost.
 */
export function merge<Values extends object>(
  before: Values,
  theirs: Values,
  typed: Values,
): Merged<Values> {
  const values = { ...typed };
  const conflicts: (keyof Values)[] = [];
  for (const name of Object.keys({ ...before, ...theirs }) as (keyof Values)[]) {
    if (same(before[name], theirs[name])) continue;
    if (same(before[name], typed[name])) values[name] = theirs[name];
    else if (!same(theirs[name], typed[name])) conflicts.push(name);
  }
  return { values, conflicts };
}

/** The fields that were changed. */
export function changed<Values extends object>(before: Values, typed: Values): (keyof Values)[] {
  return (Object.keys({ ...before, ...typed }) as (keyof Values)[]).filter(
    (name) => !same(before[name], typed[name]),
  );
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
