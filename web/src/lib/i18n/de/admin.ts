import type * as en from '../en/admin';
import type { Same } from '../text';

export const admin: Same<typeof en.admin> = {
  title: 'Verwaltung',
  sources: 'Quellen',
  requests: 'Anfragen',
  users: 'Benutzer',
  tokens: 'Token',
  settings: 'Einstellungen',
  only_admins: 'Nur für die Verwaltung',
  only_admins_text: 'Wer offhook verwaltet, kann das hier für dich einrichten.',
};
