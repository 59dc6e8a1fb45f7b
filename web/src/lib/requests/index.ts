export { default as RequestList } from './RequestList.svelte';
