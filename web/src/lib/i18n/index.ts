import { de } from './de';
import { en } from './en';
import { speaker, type KeyOf } from './speaker';

export { LANGUAGES, asLanguage, speech, type Language } from './language.svelte';
export { speaker } from './speaker';
export type { Same, Text } from './text';

/** A key of the texts that the first load brings. */
export type Key = KeyOf<typeof en>;

/** The texts that the first load brings, in the reader's language. */
export const t = speaker({ en, de });
