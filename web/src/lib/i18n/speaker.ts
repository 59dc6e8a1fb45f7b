import { speech, type Language } from './language.svelte';
import { fill, type Text, type Values } from './text';

/** Texts by room and name: `{ phone: { title: 'Phone' } }`. */
type Dictionary = Record<string, Record<string, Text>>;

/** `room.name`, such as `phone.title`. */
export type KeyOf<D> = {
  [Room in keyof D & string]: `${Room}.${keyof D[Room] & string}`;
}[keyof D & string];

/**
 * Makes the `t` of these texts: the text of a key in the reader's language. In a template it
 * follows the language when that changes. A page that is loaded later brings its own, so that the
 * first load stays small.
 */
export function speaker<D extends Dictionary>(dictionaries: Record<Language, D>) {
  return (key: KeyOf<D>, values?: Values): string => {
    const [room, name] = key.split('.') as [string, string];
    return fill(dictionaries[speech.language][room]?.[name] ?? key, speech.language, values);
  };
}
