export const contacts = {
  title: 'Contacts',
  contact: 'Contact',
};
