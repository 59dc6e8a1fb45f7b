import type { ConnectionState } from './protocol';

class Connection {
  /** Set by what the hub says alone. */
  state = $state<ConnectionState>('connecting');
}

export const connection = new Connection();
