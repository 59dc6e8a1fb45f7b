import { speaker } from '$lib/i18n';
import { admin as adminDe } from '$lib/i18n/de/admin';
import { frame as frameDe } from '$lib/i18n/de/frame';
import { me as meDe } from '$lib/i18n/de/me';
import { search as searchDe } from '$lib/i18n/de/search';
import { admin as adminEn } from '$lib/i18n/en/admin';
import { frame as frameEn } from '$lib/i18n/en/frame';
import { me as meEn } from '$lib/i18n/en/me';
import { search as searchEn } from '$lib/i18n/en/search';

/** The texts of the search, and the names of the pages that it finds. */
export const t = speaker({
  en: { search: searchEn, frame: frameEn, admin: adminEn, me: meEn },
  de: { search: searchDe, frame: frameDe, admin: adminDe, me: meDe },
});
