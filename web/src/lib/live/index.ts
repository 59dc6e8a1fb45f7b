// The live stream (GET /api/v1/events) comes here: one connection a browser, calls by revision,
// ring, pop and resync. So far only its state, which the frame shows.
export { connection, type ConnectionState } from './connection.svelte';
