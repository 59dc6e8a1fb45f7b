import type { Call, Dial, Pop } from '$lib/api';
import type { ConnectionState, TabKind, ToHub, ToTab } from './protocol';

/** What of a `MessagePort` is needed. */
export interface Port {
  postMessage(message: ToTab): void;
  onmessage: ((event: MessageEvent<ToHub>) => void) | null;
}

/** What of an `EventSource` is needed. */
export type Stream = Pick<EventSource, 'onopen' | 'onerror' | 'readyState' | 'close'> & {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
};

/** What the hub needs of the server. */
export interface Server {
  connect(): Stream;
  /** Somebody is at this browser. */
  used(): void;
}

const CLOSED = 2;

/** Between two tries where the server refused the stream, or does not answer. */
export const AGAIN_MS = 3000;

/** A tab that joins may have asked for what there is before it was heard out, but not longer ago. */
export const RECENT_MS = 5000;

/** The server need not hear more often that somebody is at this browser. */
export const USED_MS = 10_000;

/**
 * One stream of the server for all tabs of the browser. The browser itself brings a lost connection
 * back and names what it heard last; where that is not enough, the tabs load anew.
 */
export class Hub {
  /** Used last comes last. */
  #tabs: { port: Port; kind: TabKind }[] = [];
  /** What was told of late, for tabs that join just now; what they know already they drop. */
  #recent: { at: number; message: ToTab }[] = [];
  #usedAt = -Infinity;
  #toldAt = -Infinity;
  #stream: Stream | undefined;
  #openedAt = -Infinity;
  #state: ConnectionState = 'connecting';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly server: Server,
    private readonly now: () => number = Date.now,
  ) {}

  /** Hears a tab out; it counts from its hello on. */
  join(port: Port): void {
    port.onmessage = ({ data }) => {
      if (data.say === 'hello') this.#welcome(port, data.kind);
      else if (data.say === 'used') this.#use(port);
      else if (data.say === 'retry') this.#retry();
      else this.#leave(port);
    };
  }

  #welcome(port: Port, kind: TabKind): void {
    // A person opened it: it is the one used last.
    this.#tabs.push({ port, kind });
    port.postMessage({ say: 'state', state: this.#state });
    this.#forget();
    for (const { message } of this.#recent) port.postMessage(message);
    if (!this.#stream) this.#open();
  }

  #forget(): void {
    const since = this.now() - RECENT_MS;
    this.#recent = this.#recent.filter(({ at }) => at > since);
  }

  #use(port: Port): void {
    const tab = this.#tabs.find((tab) => tab.port === port);
    if (!tab) return;
    this.#tabs = [...this.#tabs.filter((other) => other !== tab), tab];
    this.#usedAt = this.now();
    if (this.#usedAt - this.#toldAt >= USED_MS) this.#tellUsed();
  }

  #tellUsed(): void {
    this.#toldAt = this.now();
    this.server.used();
  }

  #leave(port: Port): void {
    this.#tabs = this.#tabs.filter((tab) => tab.port !== port);
    if (this.#tabs.length > 0) return;
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = undefined;
  }

  /**
   * All tabs say so, when the network is back or somebody signed in: one try is enough. A stream
   * that looks alive may be dead after a change of networks, which browsers notice late.
   */
  #retry(): void {
    const stream = this.#stream;
    if (!stream) return;
    const begun = this.now() - this.#openedAt < AGAIN_MS;
    if (stream.readyState === CLOSED || !begun) this.#open();
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.#openedAt = this.now();
    this.#stream?.close();
    this.#become('connecting');
    let fresh = true;
    const stream = this.server.connect();
    this.#stream = stream;
    stream.onopen = () => {
      this.#become('live');
      // The server knows only browsers that follow the stream.
      if (this.now() - this.#usedAt < USED_MS) this.#tellUsed();
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
    for (const say of ['call', 'ring'] as const) {
      stream.addEventListener(say, ({ data }) => {
        const call = JSON.parse(data) as Call;
        this.#tellEach((lead) => ({ say, call, lead }));
        this.#forget();
        this.#recent.push({ at: this.now(), message: { say, call, lead: false } });
      });
    }
    stream.addEventListener('pop', ({ data }) => {
      const pop = JSON.parse(data) as Pop;
      this.#tellEach((lead) => ({ say: 'pop', pop, lead }));
    });
    stream.addEventListener('dial', ({ data }) => {
      const dial = JSON.parse(data) as Dial;
      this.#tellEach((lead) => ({ say: 'dial', dial, lead }));
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
    const lead = this.#tabs.findLast((tab) => tab.kind === 'page') ?? this.#tabs.at(-1);
    for (const tab of this.#tabs) tab.port.postMessage(message(tab === lead));
  }
}
