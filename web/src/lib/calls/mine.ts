import type { Call, Me } from '$lib/api';

/** Fewer digits than these say the same only when they are the same: extensions. */
const WHOLE_NUMBER = 7;

/** Whether two spellings may be of one number: with or without what is dialled before. */
function isSame(one: string, other: string): boolean {
  const digits = [one, other].map((number) => number.replace(/\D/g, '').replace(/^0+/, ''));
  const [short, long] = digits.sort((a, b) => a.length - b.length) as [string, string];
  if (!short) return false;
  return short === long || (short.length >= WHOLE_NUMBER && long.endsWith(short));
}

/** Whether a call rings at the user's own place: the source named the user, or one of its phones. */
export function ringsAt(
  me: Pick<Me, 'name' | 'login' | 'phones'>,
  call: Pick<Call, 'to'> & { queue: string },
): boolean {
  const names = (call.to.name ?? '').split(', ');
  if (names.includes(me.name) || names.includes(me.login)) return true;
  const called = [call.to.e164 ?? call.to.number, call.queue];
  return me.phones.some((phone) => called.some((number) => isSame(phone, number)));
}

/** Whether the user makes this call: it goes out from one of the user's phones. */
export function isMadeBy(me: Pick<Me, 'phones'>, call: Pick<Call, 'direction' | 'from'>): boolean {
  const from = call.from.e164 ?? call.from.number;
  return call.direction === 'out' && me.phones.some((phone) => isSame(phone, from));
}
