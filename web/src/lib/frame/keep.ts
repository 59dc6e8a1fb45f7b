import { t } from '$lib/i18n';
import { toasts } from '$lib/ui';

/** For what is pressed in passing: says so when it could not be kept. */
export function keep(saving: Promise<void>): void {
  saving.catch(() => toasts.show(t('frame.save_failed')));
}
