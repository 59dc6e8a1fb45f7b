import type * as en from '../en/problem';
import type { Same } from '../text';

export const problem: Same<typeof en.problem> = {
  unreachable: 'Der Server ist nicht erreichbar. Steht das Netz?',
  unauthorized: 'Bitte melde dich an.',
  wrong_password: 'Benutzername oder Passwort ist falsch.',
  throttled: 'Zu viele Versuche. Warte einen Moment und versuche es erneut.',
  forbidden: 'Das darfst du nicht.',
  not_found: 'Das gibt es nicht mehr.',
  stale: 'Jemand anderes hat das inzwischen geändert. Lade neu, um es zu sehen.',
  source_name_taken: 'Eine andere Quelle heißt schon so.',
  users_exist: 'Es gibt schon einen Benutzer: melde dich an.',
  wrong_key: 'Der Link stimmt nicht: nimm den, den der Server beim letzten Start ausgegeben hat.',
  unavailable: 'Der Server kann gerade nichts speichern. Versuche es gleich noch einmal.',
  too_large: 'Das ist auf einmal zu viel.',
  take_theirs: 'Deren Fassung zeigen',
  save_over: 'Meine darüber speichern',
  internal: 'Mit dem Server stimmt etwas nicht; sein Protokoll sagt was.',
  unknown: 'Das hat nicht geklappt.',
};
