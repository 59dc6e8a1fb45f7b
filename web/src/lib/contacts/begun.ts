import { isSame, type Draft } from './draft';

/** A form that was begun and left before it was saved. */
export interface Begun {
  draft: Draft;
  /** The revision that it changes; none of a new contact. */
  tag?: string;
}

/** By what the form is about: a number, or a contact's id. They wait until they are saved. */
const begun = new Map<string | number, Begun>();

export const begunFor = (what: string | number): Begun | undefined => begun.get(what);

/** Keeps the form for the next time, where it says something else than `before`. */
export function keepBegun(what: string | number, form: Begun | undefined, before: Draft): void {
  if (form && !isSame(form.draft, before)) begun.set(what, form);
  else begun.delete(what);
}
