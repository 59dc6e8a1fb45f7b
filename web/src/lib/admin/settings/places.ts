/** Countries by their ISO codes, in the reader's language and order. */
export function countries(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter(isCountry)
    .flatMap((value) => {
      const name = names.of(value);
      return name ? [{ value, label: `${name} (${value})` }] : [];
    })
    .sort((one, other) => one.label.localeCompare(other.label, language));
}

/** Codes that browsers have a name for and that are no country with a telephone network. */
const OTHERS = new Set(['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO', 'AQ', 'BV', 'HM', 'CP', 'CQ']);

function isCountry(code: string): boolean {
  // Old codes (DD, SU) have a new one.
  return !OTHERS.has(code) && new Intl.Locale(`und-${code}`).region === code;
}

/** Time zones by their IANA names; the one that is set is there even where the browser lacks it. */
export function timeZones(present: string): { value: string; label: string }[] {
  const known = Intl.supportedValuesOf('timeZone');
  const all = new Set([present, 'UTC', ...known]);
  return [...all].sort().map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}
