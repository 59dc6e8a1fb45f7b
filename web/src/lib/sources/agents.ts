import type { User } from '$lib/api';

/** Which user somebody of a provider is here. */
export interface Agent {
  /** Their name at sipgate (`w0`). */
  remote_user_id?: string;
  /** Their SIP user at Placetel. */
  device_id?: string;
  /** The user's id, login or e-mail address. */
  user_id: number | string | null;
  [other: string]: unknown;
}

/** Where a configuration says so, by the kind of its source; in the keys of Zammad's settings. */
export const AGENT_MAPS = {
  sipgate: { map: 'user_remote_map', theirs: 'remote_user_id' },
  placetel: { map: 'user_device_map', theirs: 'device_id' },
} as const;
export type Provider = keyof typeof AGENT_MAPS;

export const isProvider = (kind: string | undefined): kind is Provider =>
  kind !== undefined && Object.hasOwn(AGENT_MAPS, kind);

/** A part of a row as text; empty where it is not said. */
export const said = (part: unknown): string => String(part ?? '').trim();

/** Whom a row means, read as the server does: by login, then e-mail address, then id. */
export function userOf(users: User[], row: Agent): User | undefined {
  const name = said(row.user_id).toLowerCase();
  const named = (by: (user: User) => string) => users.find((user) => by(user) === name);
  if (!name) return undefined;
  return (
    named(({ login }) => login.toLowerCase()) ??
    named(({ email }) => email.toLowerCase()) ??
    named(({ id }) => String(id))
  );
}
