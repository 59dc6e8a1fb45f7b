/** URLs of sources just made or rotated, by id: they are said once, and live in this page only. */
const known = new Map<number, string[]>();

export const urlsOf = (id: number): string[] | undefined => known.get(id);

export function keepUrls(id: number, urls: string[]): void {
  known.set(id, urls);
}
