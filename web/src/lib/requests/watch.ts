import { listen } from '$lib/live';

/** Requests are kept up to two seconds behind the calls they make. */
const BEHIND_MS = 1500;
/** What makes no call is told of by nobody: wrong tokens, refused events. */
const CALM_MS = 3000;

/** Says when there may be new requests, as long as somebody looks; until the answer is called. */
export function watch(again: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  function soon(after: number) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(ask, after);
  }

  async function ask() {
    // Where it fails, the frame says that there is no connection; the next try is soon.
    if (!document.hidden) await again().catch(() => undefined);
    soon(CALM_MS);
  }

  let due = 0;
  const deaf = listen({
    call() {
      // Many calls at once ask once.
      if (Date.now() < due) return;
      due = Date.now() + BEHIND_MS;
      soon(BEHIND_MS);
    },
    resync: () => soon(0),
  });
  const seen = () => {
    if (!document.hidden) soon(0);
  };
  document.addEventListener('visibilitychange', seen);
  soon(CALM_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
    deaf();
    document.removeEventListener('visibilitychange', seen);
  };
}
