/** A text with `{holes}`, or one for one and one for several, chosen by `n`. */
export type Text = string | { one: string; other: string };

/** What another language has to say: the same names. */
export type Same<Texts> = { [Name in keyof Texts]: Text };

export type Values = Record<string, string | number>;

/** Fills the holes; numbers are written as the language does. */
export function fill(text: Text, language: string, values: Values = {}): string {
  const number = new Intl.NumberFormat(language);
  let chosen = text;
  if (typeof chosen !== 'string') {
    const one = new Intl.PluralRules(language).select(Number(values.n)) === 'one';
    chosen = one ? chosen.one : chosen.other;
  }
  return chosen.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    if (value === undefined) return hole;
    return typeof value === 'number' ? number.format(value) : value;
  });
}
