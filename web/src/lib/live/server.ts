import type { Server } from './hub';

/** The server that the page came from. */
export const server: Server = {
  connect: () => new EventSource('/api/v1/events'),
  used() {
    // A convenience: without it what opens by itself may open elsewhere.
    fetch('/api/v1/me/used', { method: 'POST' }).catch(() => undefined);
  },
};
