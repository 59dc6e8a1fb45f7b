import type { Call, Dial, Pop } from '$lib/api';

/** Whether calls reach us as they happen; the frame shows it. */
export type ConnectionState = 'connecting' | 'live' | 'offline';

/** What a tab is: a page of the log and all else, or the small window that only rings. */
export type TabKind = 'page' | 'ring';

/** What a tab tells the hub. */
export type ToHub =
  /** Tell me from now on. */
  | { say: 'hello'; kind: TabKind }
  /** Used by a person just now. */
  | { say: 'used' }
  /** The session may be there again: try at once. */
  | { say: 'retry' }
  /** The tab goes. */
  | { say: 'bye' };

/** What the hub tells a tab. Of all tabs one leads: what one must do once is done there. */
export type ToTab =
  | { say: 'state'; state: ConnectionState }
  /** The stream was refused: probably nobody is signed in any more. */
  | { say: 'refused' }
  | { say: 'call'; call: Call; lead: boolean }
  | { say: 'ring'; call: Call; lead: boolean }
  | { say: 'pop'; pop: Pop; lead: boolean }
  | { say: 'dial'; dial: Dial; lead: boolean }
  | { say: 'resync' };
