// What opens over the page. Apart from the rest, since the library behind it is large: the first
// load does without.
export { default as Dialog } from './Dialog.svelte';
export { default as Menu } from './Menu.svelte';
export { default as MenuCheck } from './MenuCheck.svelte';
export { default as MenuChoice } from './MenuChoice.svelte';
export { default as MenuItem } from './MenuItem.svelte';
