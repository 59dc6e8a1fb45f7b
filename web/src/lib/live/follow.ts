import { api, ask, type Call } from '$lib/api';
import { connection } from './connection.svelte';

/** What the stream tells. */
export interface Listener {
  /** A call changed; one with a lower revision than what is there already is old news. */
  call(call: Call): void;
  /** A call begins to ring for this user. */
  ring(call: Call): void;
  /** Something may have been missed: load anew. */
  resync(): void;
}

/** Between two tries where the server refused the stream. */
const AGAIN_MS = 3000;

/** Follows the stream until the answer is called. The browser itself comes back after a lost
 * connection and names what it heard last; where that is not enough, the listener loads anew. */
export function follow(listener: Listener): () => void {
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open() {
    let fresh = true;
    stream?.close();
    connection.state = 'connecting';
    stream = new EventSource('/api/v1/events');
    stream.onopen = () => {
      connection.state = 'live';
      // A new stream tells nothing of what was before it, and the list may be older than that.
      if (fresh) listener.resync();
      fresh = false;
    };
    stream.onerror = () => {
      connection.state = 'connecting';
      if (stream?.readyState === EventSource.CLOSED) timer = setTimeout(comeBack, AGAIN_MS);
    };
    const on = (event: string, tell: (call: Call) => void) =>
      stream?.addEventListener(event, ({ data }) => tell(JSON.parse(data as string) as Call));
    on('call', (call) => listener.call(call));
    on('ring', (call) => listener.ring(call));
    stream.addEventListener('resync', () => listener.resync());
  }

  /** A stream is refused when the session has ended: asking who we are leads to the sign-in. */
  async function comeBack() {
    await ask(api.GET('/api/v1/me')).catch(() => undefined);
    open();
  }

  const online = () => open();
  window.addEventListener('online', online);
  open();
  return () => {
    window.removeEventListener('online', online);
    clearTimeout(timer);
    stream?.close();
    connection.state = 'still';
  };
}
