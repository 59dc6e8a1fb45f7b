import { speaker } from '$lib/i18n';
import { requests as de } from '$lib/i18n/de/requests';
import { requests as en } from '$lib/i18n/en/requests';

/** The texts of recorded requests. */
export const t = speaker({ en: { requests: en }, de: { requests: de } });
