// Whether somebody is in the middle of something that must not be taken away.

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Fields whose text would be missed; what is searched for is no work. */
const FIELDS = 'input:not([type=checkbox], [type=radio], [type=search]), textarea';

/** What stood in the fields that were typed into, before that. */
const before = new Map<Field, string>();

function fieldOf(event: Event): Field | undefined {
  const { target } = event;
  return target instanceof HTMLElement && target.matches(FIELDS) ? (target as Field) : undefined;
}

/** Watches what is typed until the answer is called. */
export function watchTyping(): () => void {
  const gone = new AbortController();
  const on = (type: string, what: (event: Event) => void) =>
    document.addEventListener(type, what, { capture: true, signal: gone.signal });
  on('focusin', (event) => {
    const field = fieldOf(event);
    if (field && !before.has(field)) before.set(field, field.value);
  });
  // What is sent is not lost.
  on('submit', ({ target }) => {
    for (const field of before.keys()) if (field.form === target) before.delete(field);
  });
  return () => gone.abort();
}

/** Somebody is in a field or a dialog, or something is typed and not yet sent. */
export function isBusy(): boolean {
  const { activeElement } = document;
  if (activeElement?.matches(`${FIELDS}, [type=search], select, [contenteditable]`)) return true;
  if (document.querySelector('[role=dialog], [role=alertdialog]')) return true;
  let busy = false;
  for (const [field, value] of before) {
    if (!field.isConnected) before.delete(field);
    else if (field.value !== value) busy = true;
  }
  return busy;
}
