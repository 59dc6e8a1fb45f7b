import type { User } from '$lib/api';

/** A user as it stands in the form. */
export interface Draft {
  name: string;
  login: string;
  email: string;
  /** One a line. */
  phones: string;
  role: string;
  /** Whether the phone system dials for it. */
  dials: boolean;
  active: boolean;
}

export const EMPTY: Draft = {
  name: '',
  login: '',
  email: '',
  phones: '',
  role: 'agent',
  dials: false,
  active: true,
};

export function draftOf(user: User): Draft {
  const { name, login, email, role, active } = user;
  const phones = user.phones.join('\n');
  return { name, login, email, phones, role, dials: user.permissions.includes('dial'), active };
}

/** The lines that say something. */
export function phonesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The API's words for these fields of the form. */
export function patchOf(draft: Draft, fields: readonly (keyof Draft)[]) {
  const { dials, ...rest } = draft;
  const all = { ...rest, phones: phonesOf(draft.phones), permissions: dials ? ['dial'] : [] };
  const wordOf = (name: keyof Draft) => (name === 'dials' ? 'permissions' : name);
  return Object.fromEntries(fields.map((name) => [wordOf(name), all[wordOf(name)]]));
}

/** What is odd about a line of the phones. */
export type PhoneNote =
  /** Twice in the same list. */
  | { kind: 'twice'; phone: string }
  /** Somebody else has it as well. */
  | { kind: 'shared'; phone: string; name: string }
  /** Without any digit it can only be the name of a device. */
  | { kind: 'no_digits'; phone: string }
  | { kind: 'too_long'; phone: string };

/** The server's bound. */
const MOST_CHARACTERS = 250;

/** What is odd about the phones, the first of it; `others` are all the other users. */
export function phoneNote(text: string, others: readonly User[]): PhoneNote | undefined {
  const seen = new Set<string>();
  for (const phone of phonesOf(text)) {
    const key = keyOf(phone);
    if (phone.length > MOST_CHARACTERS) return { kind: 'too_long', phone };
    if (seen.has(key)) return { kind: 'twice', phone };
    seen.add(key);
    const other = others.find((user) => user.phones.some((theirs) => keyOf(theirs) === key));
    if (other) return { kind: 'shared', phone, name: other.name || other.login };
    if (!/\d/.test(phone)) return { kind: 'no_digits', phone };
  }
  return undefined;
}

/** Whether two are written differently only. */
const keyOf = (phone: string) => phone.replace(/[\s()/.-]/g, '').toLowerCase();

/** Whether somebody else signs in so. */
export function loginTaken(login: string, others: readonly User[]): boolean {
  const mine = login.trim().toLowerCase();
  return mine !== '' && others.some((user) => user.login.toLowerCase() === mine);
}
