import { api, ask, type Call } from '$lib/api';
import { t } from '$lib/i18n';
import { toasts } from '$lib/ui';
import { outside } from './meaning';

class Ringing {
  calls = $state<Call[]>([]);

  /** What rings already when the page opens, or comes back. */
  async load(): Promise<void> {
    const query = { state: 'ringing', direction: 'in' };
    const { items } = await ask(api.GET('/api/v1/calls', { params: { query } }));
    this.calls = items.reverse();
  }

  ring(call: Call): void {
    if (!this.calls.some((known) => known.id === call.id)) this.calls.push(call);
  }

  /** A call as it is now: it leaves once somebody took it or nobody waits any more. */
  put(call: Call): void {
    const place = this.calls.findIndex((known) => known.id === call.id);
    if (place < 0) return;
    if (call.state === 'ringing') {
      this.calls[place] = call;
      return;
    }
    this.calls.splice(place, 1);
    const taker = call.answered_by?.name || call.answered_by?.number;
    if (call.state === 'answered' && taker) {
      const from = outside(call);
      toasts.show(t('phone.taken', { taker, name: from.name || from.pretty || from.number }));
    }
  }
}

/** Calls that ring for the user, longest first. */
export const ringing = new Ringing();
