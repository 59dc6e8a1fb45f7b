import { ProblemError, api, ask, onSessionEnd, type Me, type Preferences } from '$lib/api';
import { asLanguage, speech, type Language } from '$lib/i18n';
import { theme, type Theme } from './theme.svelte';

/** What one tab tells the others. */
interface Told {
  /** The other tab may still show somebody else. */
  user: number;
  change: Partial<Preferences>;
}

class Session {
  /** Who is signed in; null before that is known, and when nobody is. */
  me = $state<Me | null>(null);
  /** The session ended while the page was in use: the dialog to sign in again is open. */
  ended = $state(false);
  #waiting: (() => void)[] = [];
  /** The browser's other tabs, where it lets them talk. */
  #tabs: BroadcastChannel | undefined;
  /** Changes that are not kept yet. */
  #saving = 0;
  /** Counts changes: an answer that was asked for before one is older than it. */
  #turn = 0;

  get isAdmin(): boolean {
    return this.me?.role === 'admin';
  }

  /** Finds out who is signed in, once; false when nobody is. */
  async start(): Promise<boolean> {
    if (this.me) return true;
    try {
      this.#begin(await ask(api.GET('/api/v1/me')));
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return false;
      throw error;
    }
  }

  async signIn(login: string, password: string): Promise<void> {
    const before = this.me;
    const me = await ask(api.POST('/api/v1/session', { body: { login, password } }));
    if (this.ended && before && before.id !== me.id) {
      // Somebody else sits here now: nothing on the screen is theirs.
      location.assign('/');
      return;
    }
    this.#begin(me);
    this.ended = false;
    this.#waiting.splice(0).forEach((goOn) => goOn());
  }

  async signOut(): Promise<void> {
    // Whatever the server says, this browser forgets; a session that has ended is signed out too.
    onSessionEnd(undefined);
    try {
      await ask(api.DELETE('/api/v1/session'));
    } catch (error) {
      if (!(error instanceof ProblemError && error.status === 401)) {
        onSessionEnd(() => this.#signInAgain());
        throw error;
      }
    }
    // A fresh page, so that nothing of this user stays in memory.
    location.assign('/signin');
  }

  /** Asks anew who is signed in, and what they wish: another browser may have changed it. */
  async renew(): Promise<void> {
    const turn = this.#turn;
    const me = await ask(api.GET('/api/v1/me'));
    // Somebody else signed in in another tab: nothing on the screen is theirs.
    if (this.me && me.id !== this.me.id) location.assign('/');
    else if (turn === this.#turn && this.#saving === 0) this.#begin(me);
  }

  /** Shows the change at once, in all tabs, and takes it back where it can not be kept. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    const { me } = this;
    if (!me) return;
    const names = Object.keys(change) as (keyof Preferences)[];
    const before = Object.fromEntries(names.map((name) => [name, me.preferences[name]]));
    this.#show(change);
    this.#saving += 1;
    try {
      await ask(api.PATCH('/api/v1/me', { body: { preferences: change } }));
    } catch (error) {
      this.#show(before);
      throw error;
    } finally {
      this.#saving -= 1;
    }
  }

  async useLanguage(language: Language): Promise<void> {
    speech.use(language);
    await this.prefer({ language });
  }

  async useTheme(wished: Theme): Promise<void> {
    theme.use(wished);
    await this.prefer({ theme: wished === 'system' ? null : wished });
  }

  #show(change: Partial<Preferences>): void {
    this.#take(change);
    this.#tabs?.postMessage({ user: this.me?.id, change: $state.snapshot(change) });
  }

  #take(change: Partial<Preferences>): void {
    this.#turn += 1;
    if (this.me) Object.assign(this.me.preferences, change);
  }

  /** What is changed in one tab counts in all of them: the bell may be in another one. */
  #hearTabs(): void {
    if (this.#tabs || typeof BroadcastChannel !== 'function') return;
    this.#tabs = new BroadcastChannel('offhook.preferences');
    this.#tabs.onmessage = ({ data }: MessageEvent<Told>) => {
      if (data.user !== this.me?.id) return;
      const { change } = data;
      this.#take(change);
      const language = asLanguage(change.language);
      if (language) speech.use(language);
      if ('theme' in change) theme.use(theme.as(change.theme) ?? 'system');
    };
  }

  /** Takes over who has just been signed in. */
  #begin(me: Omit<Me, 'preferences'> & { preferences: Partial<Preferences> }): void {
    this.me = me as Me;
    const language = asLanguage(me.preferences.language);
    if (language) speech.use(language);
    theme.use(theme.as(me.preferences.theme) ?? theme.wished);
    onSessionEnd(() => this.#signInAgain());
    this.#hearTabs();
  }

  #signInAgain(): Promise<void> {
    this.ended = true;
    return new Promise((goOn) => this.#waiting.push(goOn));
  }
}

export const session = new Session();
