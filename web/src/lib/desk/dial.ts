import { api, ask, ProblemError, textOf } from '$lib/api';
import { session } from '$lib/session';
import { toasts } from '$lib/ui';
import { t } from './texts';

/** Where the computer's own program for calls has to help. */
const ELSEWHERE = ['no_pbx', 'no_phone'];

/** The number of a `tel:` address. */
export function numberOf(href: string): string {
  return decodeURIComponent(href.replace(/^tel:/, ''));
}

/**
 * Lets the phone system dial for links to numbers, for who may; where it can not, the link does
 * what links to numbers do.
 */
export function dialLinks(): () => void {
  const onclick = (event: MouseEvent) => {
    const { target } = event;
    const link =
      target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="tel:"]') : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain || !session.me?.permissions.includes('dial')) return;
    event.preventDefault();
    void dial(link.href);
  };
  document.addEventListener('click', onclick);
  return () => document.removeEventListener('click', onclick);
}

async function dial(href: string): Promise<void> {
  try {
    const made = await ask(api.POST('/api/v1/dial', { body: { to: numberOf(href) } }));
    toasts.show(t('desk.dialling', { phone: made.from, number: made.to }));
  } catch (problem) {
    if (problem instanceof ProblemError && ELSEWHERE.includes(problem.code)) location.href = href;
    else
      toasts.show(
        problem instanceof ProblemError && problem.code === 'emergency_number'
          ? t('desk.emergency')
          : textOf(problem),
      );
  }
}
