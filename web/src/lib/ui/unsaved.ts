// What is typed and not yet kept: nothing that happens by itself takes it away, and whoever leaves is
// asked first.
import { onMount } from 'svelte';

interface Form {
  holds: () => boolean;
  losesAt: (to: URL | undefined) => boolean;
}

/** The forms on the screen. */
const forms = new Set<Form>();

/**
 * For a form, as it is made: whether it `holds` something that would be missed, and at which
 * address that is lost; there is none where the browser leaves the page.
 */
export function unsaved(holds: Form['holds'], losesAt: Form['losesAt'] = () => true): void {
  onMount(() => {
    const form = { holds, losesAt };
    forms.add(form);
    return () => forms.delete(form);
  });
}

/** Something on the screen would be missed. */
export const isUnsaved = (): boolean => [...forms].some(({ holds }) => holds());

/** Something on the screen would be lost there. */
export const losesAt = (to: URL | undefined): boolean =>
  [...forms].some((form) => form.holds() && form.losesAt(to));
