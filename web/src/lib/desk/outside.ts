/** All pages of others are opened in this one window. */
export const WINDOW = 'offhook-pop';

let known: Window | undefined;

/**
 * Opens a page in the one window; false when the browser blocks it, which it does unless the
 * window is there already or somebody clicks just now.
 */
export function openOutside(href: string): boolean {
  if (known && !known.closed) {
    known.location.href = href;
    return true;
  }
  const opened = window.open(href, WINDOW);
  if (!opened) return false;
  // The page of others may not steer ours.
  opened.opener = null;
  known = opened;
  return true;
}
