/** Without those that are mistaken for one another when read aloud or from paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP = 4;

/** A password nobody guesses (79 bits) that can be read aloud: `abcd-efgh-jkmn-pqrs`. */
export function generatePassword(
  random: (bytes: Uint8Array) => Uint8Array = (bytes) => crypto.getRandomValues(bytes),
): string {
  const letters: string[] = [];
  // Bytes above the last whole round would make the first letters likelier.
  const fair = 256 - (256 % LETTERS.length);
  while (letters.length < GROUPS * GROUP) {
    const [byte = 255] = random(new Uint8Array(1));
    if (byte < fair) letters.push(LETTERS[byte % LETTERS.length]!);
  }
  const groups = Array.from({ length: GROUPS }, (_, at) =>
    letters.slice(at * GROUP, (at + 1) * GROUP).join(''),
  );
  return groups.join('-');
}
