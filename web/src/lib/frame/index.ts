export { default as Page } from './Page.svelte';
export { default as Rail } from './Rail.svelte';
export { default as TopBar } from './TopBar.svelte';
