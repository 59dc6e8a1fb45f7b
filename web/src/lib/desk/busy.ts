import { isUnsaved } from '$lib/ui/unsaved';

const FIELDS = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]';

/** Somebody is in the middle of something that must not be taken away: in a field, a dialog, a form. */
export function isBusy(): boolean {
  return Boolean(
    document.activeElement?.matches(FIELDS) ||
    document.querySelector('[role=dialog], [role=alertdialog]') ||
    isUnsaved(),
  );
}
