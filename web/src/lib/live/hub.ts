import type { Call, Pop } from '$lib/api';
import type { ConnectionState, ToHub, ToTab } from './protocol';

/** What of a `MessagePort` is needed. */
export interface Port {
  postMessage(message: ToTab): void;
  onmessage: ((event: MessageEvent<ToHub>) => void) | null;
}

/** What of an `EventSource` is needed. */
export type Stream = Pick<EventSource, 'onopen' | 'onerror' | 'readyState' | 'close'> & {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
};

const CLOSED = 2;

/** Between two tries where the server refused the stream. */
export const AGAIN_MS = 3000;

/**
 * One stream of the server for all tabs of the browser. The browser itself brings a lost connection
 * back and names what it heard last; where that is not enough, the tabs load anew.
 */
export class Hub {
  /** Used last comes last. */
  #tabs: Port[] = [];
  #stream: Stream | undefined;
  #state: ConnectionState = 'connecting';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly connect: () => Stream) {}

  join(tab: Port): void {
    // A tab that begins counts as used: a person opened it.
    this.#tabs.push(tab);
    tab.onmessage = ({ data }) => {
      if (data.say === 'used') this.#used(tab);
      else if (data.say === 'retry') this.#open();
      else this.#leave(tab);
    };
    tab.postMessage({ say: 'state', state: this.#state });
    if (!this.#stream) this.#open();
  }

  #used(tab: Port): void {
    this.#tabs = [...this.#tabs.filter((other) => other !== tab), tab];
  }

  #leave(tab: Port): void {
    this.#tabs = this.#tabs.filter((other) => other !== tab);
    if (this.#tabs.length > 0) return;
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#become('connecting');
    let fresh = true;
    const stream = this.connect();
    this.#stream = stream;
    stream.onopen = () => {
      this.#become('live');
      // A new stream tells nothing of what was before it.
      if (fresh) this.#tell({ say: 'resync' });
      fresh = false;
    };
    stream.onerror = () => {
      this.#become('connecting');
      if (stream.readyState !== CLOSED) return;
      this.#tell({ say: 'refused' });
      this.#timer = setTimeout(() => this.#open(), AGAIN_MS);
    };
    stream.addEventListener('call', ({ data }) =>
      this.#tell({ say: 'call', call: JSON.parse(data) as Call }),
    );
    stream.addEventListener('ring', ({ data }) => {
      const call = JSON.parse(data) as Call;
      this.#tellEach((lead) => ({ say: 'ring', call, lead }));
    });
    stream.addEventListener('pop', ({ data }) => {
      const pop = JSON.parse(data) as Pop;
      this.#tellEach((lead) => ({ say: 'pop', pop, lead }));
    });
    stream.addEventListener('resync', () => this.#tell({ say: 'resync' }));
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#tell({ say: 'state', state });
  }

  #tell(message: ToTab): void {
    this.#tellEach(() => message);
  }

  #tellEach(message: (lead: boolean) => ToTab): void {
    const lead = this.#tabs.at(-1);
    for (const tab of this.#tabs) tab.postMessage(message(tab === lead));
  }
}
