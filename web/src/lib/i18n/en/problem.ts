export const problem = {
  unreachable: 'The server can not be reached. Is the network there?',
  unauthorized: 'Please sign in.',
  wrong_password: 'Login or password is wrong.',
  throttled: 'Too many attempts. Wait a moment and try again.',
  forbidden: 'You may not do this.',
  not_found: 'This is no longer there.',
  stale: 'Somebody else changed this meanwhile. Reload to see it.',
  take_theirs: 'Show theirs',
  save_over: 'Save mine over it',
  internal: 'Something is wrong with the server; its log says what.',
  unknown: 'That did not work.',
};
