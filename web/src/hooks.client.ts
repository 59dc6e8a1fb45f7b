import type { HandleClientError } from '@sveltejs/kit';
import { textOf } from '$lib/api';

/** What failed while a page was loaded, for +error.svelte, in the reader's words. */
export const handleError: HandleClientError = ({ error, status }) => {
  if (status !== 404) console.error(error);
  return { message: textOf(error) };
};
