import { speaker } from '$lib/i18n';
import { me as de } from '$lib/i18n/de/me';
import { me as en } from '$lib/i18n/en/me';

/** The texts of one's own page. */
export const t = speaker({ en: { me: en }, de: { me: de } });
