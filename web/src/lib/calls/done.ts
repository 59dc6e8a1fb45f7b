import { api, ask, type Call } from '$lib/api';
import { t } from '$lib/i18n';
import { toasts } from '$lib/ui';
import { queryOf, type Wish } from './wish';

async function mark(ids: number[], done: boolean): Promise<void> {
  await ask(api.POST('/api/v1/calls/done', { body: { ids, done } }));
}

function failed(): void {
  toasts.show(t('frame.save_failed'));
}

/**
 * Says of a call that it is dealt with, or open again; the stream tells what became of it. False where
 * nothing did.
 */
export function markDone(call: Call, done: boolean): Promise<boolean> {
  return mark([call.id], done).then(
    () => true,
    () => {
      failed();
      return false;
    },
  );
}

/** Says of every open missed call that is shown that it is dealt with, with a way back. */
export async function markAllDone(wish: Wish): Promise<void> {
  try {
    const filter = queryOf(wish);
    const answer = await ask(api.POST('/api/v1/calls/done', { body: { done: true, filter } }));
    if (!('ids' in answer)) return;
    const { ids } = answer;
    toasts.show(t('phone.all_done', { n: ids.length }), () => {
      mark(ids, false).catch(failed);
    });
  } catch {
    failed();
  }
}
