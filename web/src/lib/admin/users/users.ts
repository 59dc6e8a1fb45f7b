import { api, ask, askTagged, type User } from '$lib/api';

/** Every user, in the order of their names. */
export async function loadUsers(): Promise<User[]> {
  const { items } = await ask(api.GET('/api/v1/users'));
  const name = (user: User) => user.name || user.login;
  return items.sort((one, other) => name(one).localeCompare(name(other)));
}

/** A user with its revision, for `If-Match`. */
export const loadUser = (id: number): Promise<{ data: User; tag: string }> =>
  askTagged(api.GET('/api/v1/users/{id}', { params: { path: { id } } }));
