// Calls as they happen: GET /api/v1/events.
export { connection, type ConnectionState } from './connection.svelte';
export { follow, type Listener } from './follow';
