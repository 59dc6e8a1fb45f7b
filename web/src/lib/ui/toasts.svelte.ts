/** A short word about what was just done, with a way back where there is one. */
export interface Toast {
  id: number;
  text: string;
  undo?: (() => void) | undefined;
}

/** Long enough to read it and to change one's mind. */
const SHOWN_MS = 10_000;
/** More news than these nobody reads; what can still be undone stays. */
const MOST = 4;

let last = 0;

class Toasts {
  items = $state<Toast[]>([]);

  show(text: string, undo?: () => void): void {
    const id = ++last;
    this.items.push({ id, text, undo });
    const news = this.items.filter((toast) => !toast.undo);
    if (news[0] && news.length > MOST) this.drop(news[0].id);
    setTimeout(() => this.drop(id), SHOWN_MS);
  }

  drop(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
