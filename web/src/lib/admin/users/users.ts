import { api, askAll, askTagged, type User } from '$lib/api';

/** Every user, in the order of their names. */
export async function loadUsers(): Promise<User[]> {
  const users = await askAll((query) => api.GET('/api/v1/users', { params: { query } }));
  const name = (user: User) => user.name || user.login;
  return users.sort((one, other) => name(one).localeCompare(name(other)));
}

/** A user with its revision, for `If-Match`. */
export const loadUser = (id: number): Promise<{ data: User; tag: string }> =>
  askTagged(api.GET('/api/v1/users/{id}', { params: { path: { id } } }));
