import { goto } from '$app/navigation';
import type { Call } from '$lib/api';
import { nameOf, ringing } from '$lib/calls';
import { session } from '$lib/session';
import { hush, ring } from './bell';
import { t } from './texts';

/** The calls that this tab made heard, with what it shows of them. */
const announced = new Map<number, Notification | undefined>();

/** Makes a ringing call heard and seen, as far as the user wishes; not one that was muted. */
export function announce(call: Call): void {
  const { phone, sound, notifications } = session.me?.preferences ?? {};
  if (!phone || announced.has(call.id) || ringing.isMuted(call.id)) return;
  announced.set(call.id, notifications ? notification(call) : undefined);
  if (sound) ring();
}

/** What was announced goes on only while it rings here and the user wishes to hear of it. */
export function keepWished(): void {
  const { phone, sound, notifications } = session.me?.preferences ?? {};
  const still = new Set(phone ? ringing.calls.map(({ id }) => id) : []);
  for (const [id, shown] of announced) {
    if (!still.has(id) || !notifications) shown?.close();
    if (!still.has(id)) announced.delete(id);
  }
  if (sound && announced.size > 0) ring();
  else hush();
}

function notification(call: Call): Notification | undefined {
  // Neither over plain http nor where it was refused.
  if (typeof Notification !== 'function' || Notification.permission !== 'granted') return undefined;
  const { pretty, number } = call.from;
  const name = nameOf(call.from);
  try {
    const shown = new Notification(t('desk.rings', { name: name || pretty || number }), {
      body: [name && pretty, t('desk.on_line', { line: call.to.name || call.queue })]
        .filter(Boolean)
        .join(' · '),
      tag: `call-${call.id}`,
      // The bell is ours.
      silent: true,
      icon: '/icon.svg',
    });
    shown.onclick = () => {
      window.focus();
      void goto(`/?call=${call.id}`);
    };
    return shown;
  } catch {
    // Chrome on Android knows notifications of service workers only.
    return undefined;
  }
}
