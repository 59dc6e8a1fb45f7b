import type { PreviewedCall } from '$lib/api';

/** Where a call came by beside its numbers: its queue, who took it. */
export function waysOf({ from, to, queue, answered_by }: PreviewedCall): string {
  const ways = [queue, answered_by].filter((way) => way && ![from.number, to.number].includes(way));
  return [...new Set(ways)].join(', ');
}

/** What becomes of a call that was listened to, and the words for it. */
export function fateOf({ kept, state, why_not }: PreviewedCall) {
  if (kept) return { meaning: 'kept', text: 'sources.kept' } as const;
  // But for what is never kept, a call may yet come to where it is.
  if (state !== 'ended' && why_not !== 'never') {
    return { meaning: 'open', text: 'sources.kept_open' } as const;
  }
  return { meaning: 'not', text: `sources.not_${why_not}` as 'sources.not_never' } as const;
}
