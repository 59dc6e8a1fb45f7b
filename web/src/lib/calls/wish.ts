import type { Call } from '$lib/api';

/** Which part of the log is shown. */
export const SHOWN = ['all', 'missed', 'in', 'out'] as const;
export type Shown = (typeof SHOWN)[number];

export interface Wish {
  show: Shown;
  /** What is searched for; empty for everything. */
  q: string;
}

export function asShown(word: string | null): Shown {
  return SHOWN.find((shown) => shown === word) ?? 'all';
}

/** Whether a call belongs to this part of the log. */
export function shows(call: Pick<Call, 'direction' | 'missed' | 'done'>, shown: Shown): boolean {
  if (shown === 'missed') return call.missed && !call.done;
  return shown === 'all' || call.direction === shown;
}
