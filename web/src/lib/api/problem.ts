import { t, type Key } from '$lib/i18n';

/** What the API says when something is wrong (RFC 9457), or that it could not be asked. */
export class ProblemError extends Error {
  constructor(
    /** The HTTP status; 0 when there was no answer at all. */
    readonly status: number,
    /** A stable word, such as `not_found`; `unreachable` when there was no answer. */
    readonly code: string,
    detail: string,
    /** The field that was wrong, such as `phones[1]`. */
    readonly field: string | null = null,
  ) {
    super(detail);
    this.name = 'ProblemError';
  }
}

/** Makes an error of what a failed answer carried, whatever that was. */
export function problemOf(status: number, body: unknown): ProblemError {
  const { code, detail, field } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  return new ProblemError(
    status,
    typeof code === 'string' ? code : 'unknown',
    typeof detail === 'string' ? detail : '',
    typeof field === 'string' ? field : null,
  );
}

/** Codes that have a text in the reader's language; for others the server's own words are shown. */
const TEXTS: Record<string, Key> = {
  unreachable: 'problem.unreachable',
  unauthorized: 'problem.unauthorized',
  wrong_password: 'problem.wrong_password',
  throttled: 'problem.throttled',
  forbidden: 'problem.forbidden',
  not_found: 'problem.not_found',
  stale: 'problem.stale',
  source_name_taken: 'problem.source_name_taken',
  users_exist: 'problem.users_exist',
  wrong_key: 'problem.wrong_key',
  unavailable: 'problem.unavailable',
  too_large: 'problem.too_large',
  internal: 'problem.internal',
};

/** What went wrong, as a sentence. */
export function textOf(error: unknown): string {
  if (!(error instanceof ProblemError)) return t('problem.unknown');
  const key = TEXTS[error.code];
  if (key) return t(key);
  return error.message || t('problem.unknown');
}

/** Whether somebody else changed it since it was read. */
export function isStale(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'stale';
}

/** What is wrong with the field of this name or path, or undefined: for `Field`'s `error`. */
export function errorOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof ProblemError) || !error.field?.startsWith(field)) return undefined;
  const within = error.field.slice(field.length);
  if (within && !/^[.[]/.test(within)) return undefined;
  // Beside the field its path need not be said.
  const text = textOf(error);
  const path = `${error.field}: `;
  return text.startsWith(path) ? text.slice(path.length) : text;
}
