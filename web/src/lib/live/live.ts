import type { Call, Dial, Pop } from '$lib/api';
import { connection } from './connection.svelte';
import { Hub, type Port } from './hub';
import type { TabKind, ToHub, ToTab } from './protocol';
import { server } from './server';

/** What a part of the page wants to hear. */
export interface Listener {
  /**
   * A call changed; one with a lower revision than what is there already is old news. `lead`: this
   * tab, of all tabs of this browser, does what is to be done once.
   */
  call?(call: Call, lead: boolean): void;
  /** A call begins to ring for this user. */
  ring?(call: Call, lead: boolean): void;
  /** The user answered a call. */
  pop?(pop: Pop, lead: boolean): void;
  /** What becomes of a number that the user let the phone system dial. */
  dial?(dial: Dial, lead: boolean): void;
  /** Something may have been missed: load anew. */
  resync?(): void;
  /** The stream was refused: probably nobody is signed in any more. */
  refused?(): void;
}

const listeners = new Set<Listener>();

/** Hears what happens until the answer is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows the stream until the answer is called: through the one hub of the browser, or one of
 * its own where browsers know no shared workers. */
export function follow(kind: TabKind): { stop(): void; retry(): void } {
  let port: MessagePort;
  const say = (message: ToHub) => port.postMessage(message);

  function join() {
    if (typeof SharedWorker === 'function') {
      // Written in one piece: so the bundler finds the worker.
      const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      port = worker.port;
    } else {
      const { port1, port2 } = new MessageChannel();
      new Hub(server).join(port1 as Port);
      port = port2;
    }
    port.onmessage = ({ data }: MessageEvent<ToTab>) => hear(data);
    say({ say: 'hello', kind });
  }

  const used = () => say({ say: 'used' });
  const retry = () => say({ say: 'retry' });
  // A page kept for the back button hears nothing while it is away.
  const hide = () => say({ say: 'bye' });
  const show = (event: PageTransitionEvent) => {
    if (!event.persisted) return;
    join();
    tell((listener) => listener.resync?.());
  };

  join();
  used();
  const gone = new AbortController();
  const { signal } = gone;
  for (const event of ['pointerdown', 'keydown', 'focus']) {
    window.addEventListener(event, used, { signal, capture: true });
  }
  window.addEventListener('online', retry, { signal });
  window.addEventListener('pagehide', hide, { signal });
  window.addEventListener('pageshow', show, { signal });
  return {
    retry,
    stop() {
      gone.abort();
      hide();
      port.close();
    },
  };
}

function hear(message: ToTab): void {
  if (message.say === 'state') connection.state = message.state;
  else if (message.say === 'call') tell((listener) => listener.call?.(message.call, message.lead));
  else if (message.say === 'ring') tell((listener) => listener.ring?.(message.call, message.lead));
  else if (message.say === 'pop') tell((listener) => listener.pop?.(message.pop, message.lead));
  else if (message.say === 'dial') tell((listener) => listener.dial?.(message.dial, message.lead));
  else if (message.say === 'resync') tell((listener) => listener.resync?.());
  else tell((listener) => listener.refused?.());
}

function tell(what: (listener: Listener) => void): void {
  for (const listener of listeners) what(listener);
}
