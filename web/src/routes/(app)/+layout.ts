export { signedInOnly as load } from '$lib/session';
