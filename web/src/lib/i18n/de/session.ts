import type * as en from '../en/session';
import type { Same } from '../text';

export const session: Same<typeof en.session> = {
  sign_in: 'Anmelden',
  login: 'Benutzername',
  password: 'Passwort',
  nobody: 'Noch hat niemand ein Konto. Öffne den Link, den der Server beim Start ausgegeben hat.',
  expired: 'Deine Sitzung ist zu Ende',
  expired_text: 'Melde dich wieder an, um weiterzumachen. Nichts Getipptes geht verloren.',
  somebody_else: 'Als jemand anderes anmelden',
  welcome: 'Willkommen bei offhook',
  welcome_text: 'Lege das erste Konto an: es darf alles.',
  name: 'Dein Name',
  create: 'Konto anlegen',
  password_hint: 'Mindestens 8 Zeichen; ein kurzer Satz ist gut.',
  welcome_over: 'Dieser Link wurde schon benutzt.',
  welcome_over_text: 'offhook hat sein erstes Konto: melde dich damit an.',
};
