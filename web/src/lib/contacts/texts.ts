import { speaker } from '$lib/i18n';
import { contacts as de } from '$lib/i18n/de/contacts';
import { contacts as en } from '$lib/i18n/en/contacts';

export const t = speaker({ en: { contacts: en }, de: { contacts: de } });
