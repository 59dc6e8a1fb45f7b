import type { Dictionary } from '../en';

export const admin: Dictionary['admin'] = {
  title: 'Verwaltung',
  sources: 'Quellen',
  source: 'Quelle',
  users: 'Benutzer',
  tokens: 'Token',
  settings: 'Einstellungen',
  requests: 'Anfragen',
};
