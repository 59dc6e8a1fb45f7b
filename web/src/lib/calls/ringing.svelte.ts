import { api, ask, type Call } from '$lib/api';
import { t } from '$lib/i18n';
import { session } from '$lib/session';
import { toasts } from '$lib/ui';
import { nameOf, outside, takerOf } from './meaning';

class Ringing {
  calls = $state<Call[]>([]);
  /** Calls that somebody muted in this browser. */
  #muted = new Set<number>();
  /** Calls heard of since the last question: its answer may not know of it. */
  #heard = new Set<number>();
  /** Answers to an earlier question come too late. */
  #turn = 0;
  #tabs: BroadcastChannel | undefined;

  /** What rings already when the page opens, or comes back. */
  async load(): Promise<void> {
    this.#hearTabs();
    const turn = ++this.#turn;
    this.#heard.clear();
    const { items } = await ask(api.GET('/api/v1/calls/ringing'));
    if (turn !== this.#turn) return;
    const news = this.calls.filter(({ id }) => this.#heard.has(id));
    const told = items.filter(({ id }) => !this.#heard.has(id) && !this.#muted.has(id));
    this.calls = [...told.reverse(), ...news];
  }

  ring(call: Call): void {
    this.#heard.add(call.id);
    const known = this.calls.some(({ id }) => id === call.id);
    if (!known && !this.#muted.has(call.id)) this.calls.push(call);
  }

  /** Not here: the call rings on for the others, and stays in the log. */
  mute(id: number): void {
    this.#mute(id);
    this.#tabs?.postMessage(id);
  }

  isMuted(id: number): boolean {
    return this.#muted.has(id);
  }

  #mute(id: number): void {
    this.#muted.add(id);
    this.calls = this.calls.filter((call) => call.id !== id);
  }

  /** The bell may be in another tab than the one it is muted in. */
  #hearTabs(): void {
    if (this.#tabs || typeof BroadcastChannel !== 'function') return;
    this.#tabs = new BroadcastChannel('offhook.muted');
    this.#tabs.onmessage = ({ data }: MessageEvent<number>) => this.#mute(data);
  }

  /** A call as it is now: it leaves once somebody took it or nobody waits any more. */
  put(call: Call): void {
    if (call.state !== 'ringing') {
      this.#muted.delete(call.id);
      this.#heard.add(call.id);
    }
    const place = this.calls.findIndex((known) => known.id === call.id);
    if (place < 0) return;
    if (call.state === 'ringing') {
      this.calls[place] = call;
      return;
    }
    this.calls.splice(place, 1);
    if (call.state === 'answered') this.#tellTaken(call);
  }

  /** For those whom it rang at; who took it knows. */
  #tellTaken({ answered_by, ...call }: Call): void {
    const { me } = session;
    const taker = takerOf(answered_by);
    if (!taker || !me?.preferences.phone || answered_by?.user_id === me.id) return;
    const from = outside(call);
    toasts.show(t('phone.taken', { taker, name: nameOf(from) || from.pretty || from.number }));
  }
}

/** Calls that ring for the user, longest first. */
export const ringing = new Ringing();
