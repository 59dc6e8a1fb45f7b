import { errorOf, ProblemError } from '$lib/api';

/** The fields that say themselves what is wrong with them. */
const FIELDS = ['name', 'login', 'email', 'phones', 'role', 'password'];
const CODES = ['login_taken', 'last_admin'];

/** Whether something is wrong that stands at no field. */
export function problemElsewhere(error: unknown): boolean {
  if (!error) return false;
  if (error instanceof ProblemError && CODES.includes(error.code)) return false;
  return !FIELDS.some((field) => errorOf(error, field));
}
