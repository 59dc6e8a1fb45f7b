import { session } from '$lib/session';
import { dials } from './dials.svelte';

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
    if (!link || !plain || !mayDial()) return;
    event.preventDefault();
    void dial(link.href);
  };
  document.addEventListener('click', onclick);
  return () => document.removeEventListener('click', onclick);
}

/** Does with a `tel:` address what a click on a link to it does. */
export async function dial(href: string): Promise<void> {
  if (!mayDial() || !(await dials.order(numberOf(href)))) location.href = href;
}

function mayDial(): boolean {
  return Boolean(session.me?.permissions.includes('dial'));
}
