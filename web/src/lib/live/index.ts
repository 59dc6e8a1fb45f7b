// Calls as they happen: GET /api/v1/events.
export { connection } from './connection.svelte';
export { follow, listen, type Listener } from './live';
export type { ConnectionState, TabKind } from './protocol';
