export { default as CallRow } from './CallRow.svelte';
export { MEANINGS, inside, meaningOf, outside, type Meaning } from './meaning';
export { openMissed } from './missed.svelte';
export { default as PartyName } from './PartyName.svelte';
export { default as StateMark } from './StateMark.svelte';
