import { api, ask, type ListedContact } from '$lib/api';

const PAGE = 50;

/** Contacts by name, those that fit what is typed. */
export class ContactList {
  contacts = $state<ListedContact[]>([]);
  loading = $state(true);
  error = $state<unknown>();
  #q = '';
  #next: string | null = null;
  /** Answers to what was typed before come too late. */
  #turn = 0;
  readonly #page: number;

  constructor(page = PAGE) {
    this.#page = page;
  }

  get more(): boolean {
    return this.#next !== null;
  }

  /** Shows who fits, from the first on. What was there stays until the answer is. */
  async search(q: string): Promise<void> {
    this.#q = q;
    await this.#load(null);
  }

  async older(): Promise<void> {
    if (this.#next && !this.loading) await this.#load(this.#next);
  }

  async #load(cursor: string | null): Promise<void> {
    const turn = cursor ? this.#turn : ++this.#turn;
    const isLate = () => turn !== this.#turn;
    this.loading = true;
    this.error = undefined;
    try {
      const query = {
        limit: String(this.#page),
        ...(this.#q && { q: this.#q }),
        ...(cursor && { cursor }),
      };
      const { items, next_cursor } = await ask(api.GET('/api/v1/contacts', { params: { query } }));
      if (isLate()) return;
      this.contacts = cursor ? [...this.contacts, ...items] : items;
      this.#next = next_cursor ?? null;
    } catch (error) {
      if (!isLate()) this.error = error;
    } finally {
      if (!isLate()) this.loading = false;
    }
  }
}
