export { default as Card } from './Card.svelte';
export { signedInOnly } from './guard';
export { default as LoginField } from './LoginField.svelte';
export { safeNext } from './next';
export { default as SignInForm } from './SignInForm.svelte';
export { session } from './session.svelte';
export { THEMES, theme, type Theme } from './theme.svelte';
export { makeFirstAdmin, welcomeNeeded } from './welcome';
