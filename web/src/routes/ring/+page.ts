import { redirect } from '@sveltejs/kit';
import { session } from '$lib/session';

export async function load({ url }) {
  if (await session.start()) return;
  const next = url.pathname + url.search;
  redirect(307, next === '/' ? '/signin' : `/signin?next=${encodeURIComponent(next)}`);
}
