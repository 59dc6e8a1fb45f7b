import type { Call, Me } from '$lib/api';

/** Whether a call rings at the user's own place: the source named the user, or one of its phones. */
export function ringsAt(
  me: Pick<Me, 'name' | 'login' | 'phones'>,
  call: Pick<Call, 'to'> & { queue: string },
): boolean {
  const names = (call.to.name ?? '').split(', ');
  if (names.includes(me.name) || names.includes(me.login)) return true;
  const digits = (number: string) => number.replace(/\D/g, '');
  const called = [call.to.number, call.to.e164 ?? '', call.queue].map(digits).filter(Boolean);
  return me.phones.some((phone) => called.includes(digits(phone)));
}
