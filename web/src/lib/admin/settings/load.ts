import { api, ask, type Settings } from '$lib/api';

/** The settings with their revision, for `If-Match`. */
export async function load(): Promise<{ settings: Settings; etag: string }> {
  const answer = api.GET('/api/v1/settings');
  const settings = await ask(answer);
  return { settings, etag: (await answer).response.headers.get('etag') ?? '*' };
}
