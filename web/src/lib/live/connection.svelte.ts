/** Whether calls reach us as they happen; the frame shows it. */
export type ConnectionState = 'still' | 'connecting' | 'live' | 'offline';

class Connection {
  /** Set by the live stream alone. `still` until there is one. */
  state = $state<ConnectionState>('still');
}

export const connection = new Connection();
