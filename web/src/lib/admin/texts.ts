import { speaker } from '$lib/i18n';
import { admin as de } from '$lib/i18n/de/admin';
import { admin as en } from '$lib/i18n/en/admin';

/** The texts of administration. */
export const t = speaker({ en: { admin: en }, de: { admin: de } });
