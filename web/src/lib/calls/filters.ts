import { asShown, type Shown, type Wish } from './wish';

/** How far back the log is shown. */
export const PERIODS = ['today', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];
const DAYS: Record<Period, number> = { today: 0, week: 6, month: 29 };

/** What is chosen on the Phone page; it stands in the address, so that it can be kept and shared. */
export interface Chosen {
  show: Shown;
  source: string;
  queue: string;
  /** A colleague's id. */
  user: string;
  period: Period | '';
  q: string;
}

export function chosenOf(address: URLSearchParams): Chosen {
  const word = (name: string) => address.get(name) ?? '';
  return {
    show: asShown(address.get('show')),
    source: word('source'),
    queue: word('queue'),
    user: word('user'),
    period: PERIODS.find((period) => period === word('period')) ?? '',
    q: word('q'),
  };
}

/** The address of a choice, with the call that is open in it. */
export function addressOf(chosen: Chosen, call?: number): string {
  const address = new URLSearchParams();
  for (const [name, value] of Object.entries(chosen)) {
    if (value && value !== 'all') address.set(name, value);
  }
  if (call) address.set('call', String(call));
  return address.size > 0 ? `/?${address}` : '/';
}

export function wishOf({ show, source, queue, user, period, q }: Chosen, now: Date): Wish {
  const days = period && DAYS[period];
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days || 0));
  return {
    show,
    source,
    queue,
    user_id: user,
    since: period ? start.toISOString() : '',
    q,
  };
}
