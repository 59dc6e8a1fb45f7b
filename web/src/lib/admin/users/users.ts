import { api, ask, type User } from '$lib/api';

/** Every user, in the order of their names. */
export async function loadUsers(): Promise<User[]> {
  const { items } = await ask(api.GET('/api/v1/users'));
  const name = (user: User) => user.name || user.login;
  return items.sort((one, other) => name(one).localeCompare(name(other)));
}
