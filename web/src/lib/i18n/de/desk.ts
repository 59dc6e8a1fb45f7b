import type * as en from '../en/desk';
import type { Same } from '../text';

export const desk: Same<typeof en.desk> = {
  on_the_phone: '{name} ist am Telefon',
  open: 'Öffnen',
  open_key: 'Öffnen (Eingabe)',
  blocked:
    'Der Browser ließ die Seite zu {name} nicht aufgehen: öffne sie hier, und erlaube Pop-ups für diese Adresse.',
  dismiss: 'Jetzt nicht',
  rings: '{name} ruft an',
  on_line: 'auf {line}',
  notifications:
    'Eine Mitteilung zeigen, wenn es klingelt, auch wenn diese Seite im Hintergrund ist?',
  allow: 'Erlauben',
  insecure:
    'Diese Seite kam über einfaches http: der Browser zeigt hier keine Mitteilungen und kopiert nichts von selbst. Alles andere geht.',
  understood: 'In Ordnung',
  updated: 'offhook wurde erneuert.',
  reload: 'Neu laden',
  lost: 'Keine Verbindung zum Server seit {time}. Was hier steht, ist lesbar; Änderungen müssen warten.',
  ring_title: 'Es klingelt',
  nothing_rings: 'Nichts klingelt',
  nothing_rings_text: 'Anrufe für dich erscheinen hier sofort.',
  phone_off: 'Dein Telefon ist ausgeschaltet: hier klingelt nichts.',
  last_calls: 'Letzte Anrufe',
  dialling: 'Wählen',
  dial_asking: '{number} wird gewählt …',
  dial_ordered: 'Dein Telefon {phone} klingelt gleich: nimm ab, um {number} anzurufen.',
  dial_ringing: 'Dein Telefon {phone} klingelt: nimm ab, um {number} anzurufen.',
  dial_calling: '{number} wird angerufen …',
  phone_unreachable:
    'Dein Telefon ist nicht zu erreichen: ist es an und an der Telefonanlage angemeldet?',
  phone_busy: 'Dein Telefon ist besetzt, oder der Anruf wurde dort abgelehnt.',
  phone_no_answer: 'Dein Telefon wurde nicht abgenommen; niemand wurde angerufen.',
  pbx_congested: 'Die Telefonanlage hat keine Leitung frei.',
  pbx_refuses: 'Die Telefonanlage wählt nicht für offhook: ein Administrator kann es ihr erlauben.',
  pbx_silent: 'Die Telefonanlage antwortet nicht.',
  emergency_number: 'Notrufnummern werden am Telefon selbst gewählt.',
  try_again: 'Noch einmal',
  to_call: 'Zum Anruf',
  all_calls: 'Alle Anrufe',
};
