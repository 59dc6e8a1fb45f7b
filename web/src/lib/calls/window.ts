/** Rows beyond what is seen, so that quick scrolling finds them there. */
const SPARE = 10;

/** Which rows of a long list are drawn. */
export interface Drawn {
  first: number;
  /** One after the last. */
  end: number;
}

/** The rows that are seen, and some more; heights in px. */
export function drawn(count: number, row: number, scrolled: number, seen: number): Drawn {
  const first = Math.max(0, Math.floor(scrolled / row) - SPARE);
  return {
    first: Math.min(first, count),
    end: Math.min(count, Math.ceil((scrolled + seen) / row) + SPARE),
  };
}

/** How far to scroll so that a row is seen whole; as it is where it is already. */
export function scrolledTo(place: number, row: number, scrolled: number, seen: number): number {
  if (place * row < scrolled) return place * row;
  return Math.max(scrolled, (place + 1) * row - seen);
}
