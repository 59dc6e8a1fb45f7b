import { api, ask } from '$lib/api';

/** Whether there is no account yet. */
export async function welcomeNeeded(): Promise<boolean> {
  const { needed } = await ask(api.GET('/api/v1/welcome'));
  return needed;
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
  await ask(api.POST('/api/v1/welcome', { body: admin }));
}
