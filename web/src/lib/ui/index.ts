// What is shared with the first load. Parts that only later pages need (CopyText, overlay) are
// imported by their own path.
export { atEnd } from './at-end';
export { default as Bar } from './Bar.svelte';
export { default as Button } from './Button.svelte';
export { default as Empty } from './Empty.svelte';
export { default as ErrorNotice } from './ErrorNotice.svelte';
export { default as Field } from './Field.svelte';
export { default as Initials } from './Initials.svelte';
export { default as SearchInput } from './SearchInput.svelte';
export { default as Select } from './Select.svelte';
export { default as Skeleton } from './Skeleton.svelte';
export { default as Switch } from './Switch.svelte';
export { default as Toasts } from './Toasts.svelte';
export { toasts } from './toasts.svelte';
