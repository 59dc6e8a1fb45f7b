import { goto } from '$app/navigation';
import { api, ask, type Call, type Pop } from '$lib/api';
import { isMadeBy } from '$lib/calls';
import type { TabKind } from '$lib/live';
import { session } from '$lib/session';
import { isBusy } from './busy';
import { openOutside } from './outside';
import { placeOf } from './place';

export interface Waiting {
  pop: Pop;
  /** The browser did not let us open a window by ourselves. */
  blocked: boolean;
}

/** No more bars than can be dealt with; the oldest goes. */
const MOST = 3;

/** When the page opens by itself who is on the phone. */
class Pops {
  /** What could not be opened at once, newest first. */
  waiting = $state<Waiting[]>([]);
  /** In the small window nothing is opened; it has a link to the page of all else. */
  kind: TabKind = 'page';
  /** Each call pops once. */
  #popped = new Set<number>();

  ring(call: Call): void {
    if (this.#wants('ring')) void this.#ask(call);
  }

  call(call: Call): void {
    if (call.state !== 'ringing' || !session.me || !isMadeBy(session.me, call)) return;
    if (this.#wants('outgoing')) void this.#ask(call);
  }

  answered(pop: Pop): void {
    if (this.#wants('answer')) this.#arrive(pop);
  }

  /** Opens it now: somebody wishes so. */
  open(waiting: Waiting): void {
    this.drop(waiting);
    this.#open(waiting.pop);
  }

  drop(waiting: Waiting): void {
    this.waiting = this.waiting.filter(({ pop }) => pop.call.id !== waiting.pop.call.id);
  }

  #wants(when: 'ring' | 'answer' | 'outgoing'): boolean {
    const { phone, pop } = session.me?.preferences ?? {};
    return Boolean(phone && pop?.includes(when));
  }

  async #ask({ id }: Call): Promise<void> {
    if (this.#popped.has(id)) return;
    // A convenience: without an answer the call is in the log as any other.
    const question = api.GET('/api/v1/calls/{id}/pop', { params: { path: { id } } });
    const pop = await ask(question).catch(() => undefined);
    if (pop) this.#arrive(pop);
  }

  #arrive(pop: Pop): void {
    const { id } = pop.call;
    if (!pop.here || this.#popped.has(id)) return;
    this.#popped.add(id);
    if (this.kind === 'ring' || isBusy()) this.#wait(pop, false);
    else this.#open(pop);
  }

  #open(pop: Pop): void {
    const { href, outside } = placeOf(pop);
    if (!outside && this.kind === 'ring') window.open(href, 'offhook');
    else if (!outside) void this.#goto(pop, href);
    else if (!openOutside(href)) this.#wait(pop, true);
  }

  async #goto(pop: Pop, href: string): Promise<void> {
    await goto(href);
    // Whoever was asked stayed with what is not saved.
    if (new URL(href, location.href).href !== location.href) this.#wait(pop, false);
  }

  #wait(pop: Pop, blocked: boolean): void {
    this.waiting = [{ pop, blocked }, ...this.waiting].slice(0, MOST);
  }
}

export const pops = new Pops();
