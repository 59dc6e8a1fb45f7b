import { de } from './de';
import { en, type Dictionary } from './en';
import { speech, type Language } from './language.svelte';
import { fill, type Text, type Values } from './text';

export { LANGUAGES, asLanguage, speech, type Language } from './language.svelte';

const dictionaries: Record<Language, Dictionary> = { en, de };

/** `room.text`, such as `phone.title`. */
export type Key = {
  [Room in keyof Dictionary]: `${Room}.${Extract<keyof Dictionary[Room], string>}`;
}[keyof Dictionary];

/** The text in the reader's language. In a template it follows the language when that changes. */
export function t(key: Key, values?: Values): string {
  const [room, name] = key.split('.') as [keyof Dictionary, string];
  const texts = dictionaries[speech.language][room] as Record<string, Text>;
  return fill(texts[name] ?? key, speech.language, values);
}
