import type { Dictionary } from '../en';

export const contacts: Dictionary['contacts'] = {
  title: 'Kontakte',
  contact: 'Kontakt',
};
