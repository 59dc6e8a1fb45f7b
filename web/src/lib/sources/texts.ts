import { speaker } from '$lib/i18n';
import { sources as de } from '$lib/i18n/de/sources';
import { sources as en } from '$lib/i18n/en/sources';

export const t = speaker({ en: { sources: en }, de: { sources: de } });
