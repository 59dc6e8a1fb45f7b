import type { Preferences } from '$lib/api';

/** When a caller is opened, in the order of the page. */
export const POPS = ['ring', 'answer', 'outgoing'] as const;
export type PopOn = Preferences['pop'][number];

/** The choice with this one on or off. */
export function withPop(chosen: readonly PopOn[], one: PopOn, on: boolean): PopOn[] {
  return POPS.filter((pop) => (pop === one ? on : chosen.includes(pop)));
}
