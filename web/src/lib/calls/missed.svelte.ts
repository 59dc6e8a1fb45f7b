import { api, ask, type Overview } from '$lib/api';

/** Calls come in bursts; the badge need not count each time. */
const PAUSE_MS = 500;

class OpenMissed {
  count = $state(0);
  /** What the log can be filtered by. */
  choices = $state.raw<Pick<Overview, 'sources' | 'queues' | 'users'>>({
    sources: [],
    queues: [],
    users: [],
  });
  /** The server counts no further; then there are many. */
  #most = 1000;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** As shown on the badge: empty for none, `99+` for many. */
  get badge(): string {
    if (this.count === 0) return '';
    return this.count > 99 ? '99+' : String(this.count);
  }

  async load(): Promise<void> {
    const overview = await ask(api.GET('/api/v1/calls/overview'));
    const { missed_open, at_most } = overview;
    this.choices = overview;
    this.#most = at_most;
    this.count = Math.min(missed_open, this.#most);
  }

  /** Counts again soon. The badge is a convenience: where it fails, the page says what is wrong. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.load().catch(() => undefined);
    }, PAUSE_MS);
  }
}

/** Missed calls that nobody dealt with, of those the user may see. */
export const openMissed = new OpenMissed();
