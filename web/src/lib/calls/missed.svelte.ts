import { api, ask } from '$lib/api';

/** The badge counts no further: above this it is "many". */
const MOST = 100;

class OpenMissed {
  count = $state(0);

  /** As shown on the badge: empty for none, `99+` for many. */
  get badge(): string {
    if (this.count === 0) return '';
    return this.count >= MOST ? `${MOST - 1}+` : String(this.count);
  }

  async load(): Promise<void> {
    const query = { missed: 'true', done: 'false', limit: String(MOST) };
    const { items } = await ask(api.GET('/api/v1/calls', { params: { query } }));
    this.count = items.length;
  }
}

/** Missed calls that nobody dealt with, of those the user may see. */
export const openMissed = new OpenMissed();
