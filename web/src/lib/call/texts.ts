import { speaker } from '$lib/i18n';
import { call as de } from '$lib/i18n/de/call';
import { call as en } from '$lib/i18n/en/call';

export const t = speaker({ en: { call: en }, de: { call: de } });

export type Key = Parameters<typeof t>[0];
