import type * as en from '../en/me';
import type { Same } from '../text';

export const me: Same<typeof en.me> = {
  title: 'Meine Einstellungen',
  login: 'Benutzername',
  phones: 'Meine Nummern und Nebenstellen',
  no_phones: 'noch keine',
  phones_by_admin: 'Wer offhook verwaltet, ändert sie.',
  ringing: 'Wenn es klingelt',
  phone: 'Anrufe klingeln und öffnen sich hier',
  phone_hint: 'Aus klingelt hier nichts, und nichts öffnet sich von selbst.',
  notifications: 'Benachrichtigungen',
  notifications_hint: 'Der Browser zeigt, wer anruft, auch wenn ein anderes Fenster vorn ist.',
  sound: 'Ton',
  sound_hint: 'Ein leiser Ton, solange es für mich klingelt.',
  pop: 'Öffnen, wer am Telefon ist',
  pop_hint:
    'Der Kontakt, oder was die Verwaltung eingerichtet hat, öffnet sich in diesem Browser von selbst.',
  pop_ring: 'wenn es für mich klingelt',
  pop_answer: 'wenn ich annehme',
  pop_outgoing: 'wenn ich jemanden anrufe',
  pop_never: 'Nichts öffnet sich von selbst.',
  looks: 'Wie es aussieht',
  compact: 'Niedrige Zeilen',
  compact_hint: 'Mehr Anrufe zugleich auf dem Bildschirm.',
  single_keys: 'Einzelne Tasten sind Befehle',
  single_keys_hint:
    'Etwa die Leertaste für „erledigt“. Aus für alle, die diktieren oder leicht Tasten streifen.',
  password: 'Passwort ändern',
  current_password: 'Jetziges Passwort',
  new_password: 'Neues Passwort',
  wrong_password: 'Das ist nicht das jetzige Passwort.',
  change: 'Passwort ändern',
  changed: 'Das Passwort ist geändert. Andere Browser sind abgemeldet.',
};
