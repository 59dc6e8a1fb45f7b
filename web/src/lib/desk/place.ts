import type { Pop } from '$lib/api';
import { newContactOf, outside } from '$lib/calls';

/** Where a pop leads. */
export interface Place {
  href: string;
  /** A page of somebody else, such as a helpdesk: it opens in a window of its own. */
  outside: boolean;
}

export function placeOf({ call, contact_id, url }: Pop): Place {
  if (url && isWebAddress(url)) return { href: url, outside: true };
  if (contact_id) return { href: `/contacts/${contact_id}`, outside: false };
  // Nobody to be made of a withheld number.
  if (!outside(call).e164) return { href: `/?call=${call.id}`, outside: false };
  return { href: newContactOf(call), outside: false };
}

/** An administrator wrote the template, and still nothing but a page is ever opened. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}
