export const admin = {
  title: 'Administration',
  sources: 'Sources',
  source: 'Source',
  users: 'Users',
  tokens: 'Tokens',
  settings: 'Settings',
  requests: 'Requests',
};
