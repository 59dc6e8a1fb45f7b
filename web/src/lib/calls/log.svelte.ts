import { api, ask, type Call } from '$lib/api';
import type { Myself } from './mine';
import { belongs, queryOf, type Wish } from './wish';

/** How many calls are asked for at a time. */
const PAGE = 100;
/** More the server does not give at a time. */
const MOST = 500;

interface Options {
  /** Whose calls are mine. */
  me?: () => Myself | null;
  /** Above so many, calls that come in push old ones out; without, who shows the log shortens it. */
  most?: number;
}

/** The calls on the screen: pages of the log, newest first, kept up to date as calls change. */
export class CallLog {
  calls = $state.raw<Call[]>([]);
  loading = $state(true);
  error = $state<unknown>();
  #wish: Wish = { show: 'all' };
  #next: string | null = null;
  /** Calls that changed while an answer is on its way, which may not know of it. */
  #meanwhile: Call[] = [];
  /** Answers to an earlier wish come too late. */
  #turn = 0;

  readonly #me: () => Myself | null;
  readonly #most: number;

  constructor({ me = () => null, most = Infinity }: Options = {}) {
    this.#me = me;
    this.#most = most;
  }

  get more(): boolean {
    return this.#next !== null;
  }

  /** Shows what is wished for, from the newest call on. */
  show(wish: Wish): Promise<void> {
    this.#wish = wish;
    return this.#load(PAGE);
  }

  /** Loads anew what is shown, as far down as it is there, so that nobody who reads it is moved. */
  renew(wish: Wish): Promise<void> {
    this.#wish = wish;
    return this.#load(Math.min(Math.max(this.calls.length, PAGE), MOST));
  }

  /** Lets go of what is far down; once at a time, as calls that come in meanwhile wish it again. */
  async shorten(): Promise<void> {
    if (!this.loading) await this.#load(PAGE);
  }

  async #load(count: number): Promise<void> {
    const turn = ++this.#turn;
    this.#meanwhile = [];
    this.loading = true;
    this.error = undefined;
    try {
      const { items, next_cursor } = await this.#ask(null, count);
      if (turn !== this.#turn) return;
      this.calls = items;
      this.#next = next_cursor ?? null;
      this.loading = false;
      this.#meanwhile.splice(0).forEach((call) => this.put(call));
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** Loads what is older than the last call. */
  async older(): Promise<void> {
    if (!this.#next || this.loading) return;
    const turn = this.#turn;
    this.loading = true;
    try {
      const { items, next_cursor } = await this.#ask(this.#next, PAGE);
      if (turn !== this.#turn) return;
      const known = new Set(this.calls.map((call) => call.id));
      this.calls = [...this.calls, ...items.filter((call) => !known.has(call.id))];
      this.#next = next_cursor ?? null;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** A call as it is now. */
  put(call: Call): void {
    if (this.loading) this.#meanwhile.push(call);
    const place = this.calls.findIndex((known) => known.id === call.id);
    const known = this.calls[place];
    if (known) {
      if (known.revision <= call.revision) this.calls = this.calls.with(place, call);
      return;
    }
    if (!belongs(call, this.#wish, this.#me())) return;
    const after = this.calls.findIndex((other) => other.started_at <= call.started_at);
    if (after >= 0) this.calls = this.calls.toSpliced(after, 0, call);
    else if (!this.#next) this.calls = [...this.calls, call];
    if (this.calls.length > this.#most) void this.shorten();
  }

  #ask(cursor: string | null, count: number) {
    const query = { ...queryOf(this.#wish), limit: String(count), ...(cursor && { cursor }) };
    return ask(api.GET('/api/v1/calls', { params: { query } }));
  }
}
