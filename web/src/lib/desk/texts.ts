import { speaker } from '$lib/i18n';
import { desk as de } from '$lib/i18n/de/desk';
import { desk as en } from '$lib/i18n/en/desk';

export const t = speaker({ en: { desk: en }, de: { desk: de } });
