export const search = {
  suggestions: 'Suggestions',
  calls: 'Calls with “{q}”',
  contacts: 'All contacts with “{q}”',
  contacts_failed: 'The contacts could not be searched.',
};
