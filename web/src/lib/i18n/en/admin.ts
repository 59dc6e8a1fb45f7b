export const admin = {
  title: 'Administration',
  sources: 'Sources',
  requests: 'Requests',
  users: 'Users',
  tokens: 'Tokens',
  settings: 'Settings',
  only_admins: 'Only for administrators',
  only_admins_text: 'Somebody with the role of an administrator can set this up for you.',
};
