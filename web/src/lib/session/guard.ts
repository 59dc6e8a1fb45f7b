import { redirect } from '@sveltejs/kit';
import { session } from './session.svelte';

/** For pages that only those may see who are signed in: leads to the sign-in, and back here. */
export async function signedInOnly({ url }: { url: URL }): Promise<void> {
  if (await session.start()) return;
  const next = url.pathname + url.search;
  redirect(307, next === '/' ? '/signin' : `/signin?next=${encodeURIComponent(next)}`);
}
