import type { Call, Me } from '$lib/api';

/** Who looks. */
export type Myself = Pick<Me, 'id' | 'phones'>;

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
  me: Pick<Me, 'id' | 'name' | 'login' | 'phones'>,
  call: Pick<Call, 'to' | 'queue' | 'rung'>,
): boolean {
  if (call.rung.includes(me.id)) return true;
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

/** Whether a call is one of the user's own, as the API's filter `mine` has it. */
export function isOwn(
  me: Myself,
  call: Pick<Call, 'made_by' | 'answered_by' | 'transferred_to' | 'missed' | 'rung' | 'to'>,
): boolean {
  const took = [call.answered_by, ...call.transferred_to];
  if (call.made_by === me.id || took.some((by) => by?.user_id === me.id)) return true;
  const called = call.to.e164 ?? call.to.number;
  const rang = call.rung.includes(me.id) || me.phones.some((phone) => isSame(phone, called));
  return call.missed && rang;
}
