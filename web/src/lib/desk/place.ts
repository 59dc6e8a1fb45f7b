import type { Call, Me, Pop } from '$lib/api';
import { outside } from '$lib/calls';

/** Where a pop leads. */
export interface Place {
  href: string;
  /** A page of somebody else, such as a helpdesk: it opens in a window of its own. */
  outside: boolean;
}

export function placeOf({ call, contact_id, url }: Pop): Place {
  if (url && isWebAddress(url)) return { href: url, outside: true };
  if (contact_id) return { href: `/contacts/${contact_id}`, outside: false };
  const other = outside(call);
  // Nobody to be made of a withheld number.
  if (!other.e164) return { href: `/?call=${call.id}`, outside: false };
  const query = new URLSearchParams({
    number: other.pretty || other.number,
    ...(other.name && { name: other.name }),
    call: String(call.id),
  });
  return { href: `/contacts/new?${query}`, outside: false };
}

/** An administrator wrote the template, and still nothing but a page is ever opened. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** Fewer digits than these say the same only when they are the same: extensions. */
const WHOLE_NUMBER = 7;

/** Whether the user makes this call: it goes out from one of the user's phones. */
export function isMine(call: Pick<Call, 'direction' | 'from'>, me: Pick<Me, 'phones'>): boolean {
  const from = significant(call.from.e164 ?? call.from.number);
  if (call.direction !== 'out' || !from) return false;
  return me.phones.map(significant).some((phone) => {
    const [short, long] = [from, phone].sort((a, b) => a.length - b.length) as [string, string];
    return short === long || (short.length >= WHOLE_NUMBER && long.endsWith(short));
  });
}

/** Digits without what is dialled before the country or the city. */
function significant(number: string): string {
  return number.replace(/\D/g, '').replace(/^0+/, '');
}
