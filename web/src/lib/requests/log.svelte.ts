import { api, ask, type RecordedRequest } from '$lib/api';

/** Which requests are wished for; empty is any. */
export interface Wish {
  source: string;
  /** `refused`, `taken`, or a status. */
  status: string;
  call: string;
  q: string;
}

/** How many requests are asked for at a time. */
const PAGE = 100;

/** Requests on the screen, newest first. */
export class RequestLog {
  items = $state.raw<RecordedRequest[]>([]);
  loading = $state(true);
  error = $state<unknown>();
  #wish: Wish = { source: '', status: '', call: '', q: '' };
  #next = $state<string | null>(null);
  /** Older ones than the newest page were loaded: they stay. */
  #deep = false;
  /** Answers to an earlier wish come too late. */
  #turn = 0;

  get more(): boolean {
    return this.#next !== null;
  }

  /** Shows what is wished for, from the newest on. */
  async show(wish: Wish): Promise<void> {
    this.#wish = wish;
    const turn = ++this.#turn;
    this.loading = true;
    this.error = undefined;
    try {
      const page = await this.#ask(null);
      if (turn === this.#turn) this.#begin(page);
    } catch (error) {
      if (turn === this.#turn) {
        this.error = error;
        this.items = [];
      }
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** Takes in what came meanwhile; nothing on the screen goes away because that failed. */
  async refresh(): Promise<void> {
    if (this.loading || this.error) return;
    const turn = this.#turn;
    const page = await this.#ask(null);
    if (turn !== this.#turn) return;
    const known = new Set(this.items.map((request) => request.id));
    const fresh = page.items.filter((request) => !known.has(request.id));
    // With a gap between the two the older ones would look as if they were next.
    if (!this.#deep || fresh.length === PAGE) this.#begin(page);
    else if (fresh.length > 0) this.items = [...fresh, ...this.items];
  }

  /** Loads what is older than the last. */
  async older(): Promise<void> {
    if (!this.#next || this.loading) return;
    const turn = this.#turn;
    this.loading = true;
    try {
      const { items, next_cursor } = await this.#ask(this.#next);
      if (turn !== this.#turn) return;
      const known = new Set(this.items.map((request) => request.id));
      this.items = [...this.items, ...items.filter((request) => !known.has(request.id))];
      this.#next = next_cursor ?? null;
      this.#deep = true;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  #begin(page: { items: RecordedRequest[]; next_cursor?: string | null | undefined }): void {
    this.items = page.items;
    this.#next = page.next_cursor ?? null;
    this.#deep = false;
  }

  #ask(cursor: string | null) {
    const { source, status, call, q } = this.#wish;
    const query = {
      limit: String(PAGE),
      ...(source && { source }),
      ...(status === 'refused' && { refused: 'true' }),
      ...(status === 'taken' && { refused: 'false' }),
      ...(/^\d+$/.test(status) && { status }),
      ...(call && { call_id: call }),
      ...(q && { q }),
      ...(cursor && { cursor }),
    };
    return ask(api.GET('/api/v1/requests', { params: { query } }));
  }
}
