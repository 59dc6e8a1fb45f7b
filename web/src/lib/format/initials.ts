/** `EM` of Emma Miller, for a small disc; the first two words count, whatever their script. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.map((word) => /[\p{L}\p{N}]/u.exec(word)![0]);
  return letters.slice(0, 2).join('').toUpperCase() || '?';
}
