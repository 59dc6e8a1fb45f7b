export { default as ConnectionMark } from './ConnectionMark.svelte';
export { default as Live } from './Live.svelte';
export { default as Page } from './Page.svelte';
export { default as PhoneSwitch } from './PhoneSwitch.svelte';
export { default as Rail } from './Rail.svelte';
export { default as TopBar } from './TopBar.svelte';
