import type { Dictionary } from '../en';

export const phone: Dictionary['phone'] = {
  title: 'Telefon',
  empty: 'Noch keine Anrufe',
  empty_text: 'Anrufe erscheinen hier, sobald eine Telefonanlage sie meldet.',
  nothing_found: 'Nichts gefunden für „{q}“',
  failed: 'Die Anrufe ließen sich nicht laden.',
  withheld: 'Rufnummer unterdrückt',
  open_missed: { one: '{n} verpasster Anruf offen', other: '{n} verpasste Anrufe offen' },
  ringing: 'klingelt',
  talking: 'im Gespräch',
  missed: 'verpasst',
  done: 'erledigt',
  blocked: 'gesperrt',
  forwarded: 'weitergeleitet',
  voicemail: 'Mailbox',
  maybe: 'Vielleicht: die Nummer steht in einer Notiz von {name}',
  outbound_to: 'an',
};
