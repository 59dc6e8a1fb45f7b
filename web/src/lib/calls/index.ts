export { default as CallFilters } from './CallFilters.svelte';
export { default as CallRow } from './CallRow.svelte';
export { default as CallTable } from './CallTable.svelte';
export { addressOf, chosenOf, wishOf } from './filters';
export {
  MEANINGS,
  inWords,
  inside,
  isBlockable,
  meaningOf,
  nameOf,
  newContactOf,
  outside,
  type Meaning,
} from './meaning';
export { isMadeBy } from './mine';
export { markAllDone, markDone } from './done';
export { CallLog } from './log.svelte';
export { openMissed } from './missed.svelte';
export { default as PartyName } from './PartyName.svelte';
export { default as StateMark } from './StateMark.svelte';
export { ringing } from './ringing.svelte';
export { default as RingingStrip } from './RingingStrip.svelte';
export { belongs, queryOf, type Wish } from './wish';
