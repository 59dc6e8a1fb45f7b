import type * as en from '../en/search';
import type { Same } from '../text';

export const search: Same<typeof en.search> = {
  suggestions: 'Vorschläge',
  calls: 'Anrufe mit „{q}“',
  contacts: 'Alle Kontakte mit „{q}“',
  contacts_failed: 'Die Kontakte konnten nicht durchsucht werden.',
};
