import { ProblemError, problemOf } from '$lib/api';

const ADDRESS = '/api/v1/welcome';

/** Whether there is no account yet. */
export async function welcomeNeeded(): Promise<boolean> {
  const response = await fetch(ADDRESS).catch(() => undefined);
  if (!response?.ok) return false;
  return ((await response.json()) as { needed?: unknown }).needed === true;
}

export interface FirstAdmin {
  /** From the link that the server printed. */
  key: string;
  login: string;
  name: string;
  password: string;
}

/** Makes the first account and signs it in. */
export async function makeFirstAdmin(admin: FirstAdmin): Promise<void> {
  const response = await fetch(ADDRESS, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(admin),
  }).catch(() => {
    throw new ProblemError(0, 'unreachable', '');
  });
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => undefined));
}
