import { ProblemError, api, ask, onSessionEnd, type Me, type Preferences } from '$lib/api';
import { asLanguage, speech, type Language } from '$lib/i18n';
import { theme, type Theme } from './theme.svelte';

class Session {
  /** Who is signed in; null before that is known, and when nobody is. */
  me = $state<Me | null>(null);
  /** The session ended while the page was in use: the dialog to sign in again is open. */
  ended = $state(false);
  #waiting: (() => void)[] = [];

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

  /** Shows the change at once and takes it back where it can not be kept. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    const { me } = this;
    if (!me) return;
    const before = me.preferences;
    me.preferences = { ...before, ...change };
    try {
      await ask(api.PATCH('/api/v1/me', { body: { preferences: change } }));
    } catch (error) {
      me.preferences = before;
      throw error;
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

  /** Takes over who has just been signed in. */
  #begin(me: Omit<Me, 'preferences'> & { preferences: Partial<Preferences> }): void {
    this.me = me as Me;
    const language = asLanguage(me.preferences.language);
    if (language) speech.use(language);
    theme.use(theme.as(me.preferences.theme) ?? theme.wished);
    onSessionEnd(() => this.#signInAgain());
  }

  #signInAgain(): Promise<void> {
    this.ended = true;
    return new Promise((goOn) => this.#waiting.push(goOn));
  }
}

export const session = new Session();
