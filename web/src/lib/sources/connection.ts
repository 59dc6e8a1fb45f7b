import { errorOf, textOf } from '$lib/api';

/** How a phone system is reached, as it is typed. */
export interface ConnectionDraft {
  address: string;
  username: string;
  secret: string;
  /** With commas between. */
  trunks: string;
  tls: boolean;
  /** Whether people may dial through it. */
  dials: boolean;
}

/**
 * What is wrong with a field of the connection. The API names it by its way into the configuration,
 * or as it was sent.
 */
export function errorAt(error: unknown, field: string): string | undefined {
  return (
    errorOf(error, field) ??
    errorOf(error, `config.connection.${field}`) ??
    (field === 'secret' ? errorOf(error, 'config.connection_secret') : undefined)
  );
}

/** What is wrong and stands beside none of these fields. */
export function errorBesides(error: unknown, ...others: string[]): string | undefined {
  const fields = ['address', 'username', 'secret', 'trunks', ...others];
  return error && !fields.some((field) => errorAt(error, field)) ? textOf(error) : undefined;
}

type Loose = Record<string, unknown>;

const dialOf = (config: unknown) => (((config ?? {}) as Loose).dial ?? {}) as Loose;

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A secret that nobody guesses, of letters that no configuration file minds. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** What is typed for a phone system that is not connected yet. */
export function newDraft(): ConnectionDraft {
  return {
    address: '',
    username: 'offhook',
    secret: newSecret(),
    trunks: '',
    tls: false,
    dials: false,
  };
}

/** What is typed of one that is; its secret is not known. */
export function draftOf(config: unknown): ConnectionDraft {
  const { connection } = (config ?? {}) as { connection?: Record<string, unknown> };
  const text = (key: string) => (typeof connection?.[key] === 'string' ? connection[key] : '');
  const trunks = Array.isArray(connection?.trunks) ? connection.trunks.join(', ') : text('trunks');
  return {
    address: text('address'),
    username: text('username'),
    secret: '',
    trunks,
    tls: connection?.tls === true,
    dials: dialOf(config).off !== true,
  };
}

/** A configuration that says whether people may dial through it. */
export function withDialling<C extends object>(config: C, dials: boolean) {
  const { off: _, ...rest } = dialOf(config);
  return { ...config, dial: dials ? rest : { ...rest, off: true } };
}

/** As it is sent; an empty secret is left out, so that it stays. */
export function bodyOf({ address, username, secret, trunks, tls }: ConnectionDraft) {
  return {
    address: address.trim(),
    ...(username.trim() && { username: username.trim() }),
    ...(secret && { secret }),
    trunks: trunks
      .split(',')
      .map((trunk) => trunk.trim())
      .filter(Boolean),
    tls,
  };
}
