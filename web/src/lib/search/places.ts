/** A page that can be gone to by its name. */
export type Place = { href: string; name: string };

/** The pages of which every word typed begins a word, in the order given. */
export function fitting(places: Place[], typed: string): Place[] {
  const wished = words(typed);
  if (!wished.length) return [];
  return places.filter(({ name }) => {
    const there = words(name);
    return wished.every((wish) => there.some((word) => word.startsWith(wish)));
  });
}

const words = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean);
