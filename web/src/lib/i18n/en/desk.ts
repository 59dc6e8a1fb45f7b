export const desk = {
  on_the_phone: '{name} is on the phone',
  open: 'Open',
  open_key: 'Open (Enter)',
  blocked:
    'The browser did not let us open the page for {name}: open it here, and allow pop-ups for this address.',
  dismiss: 'Not now',
  rings: '{name} is calling',
  on_line: 'on {line}',
  notifications: 'Show a notification when it rings, even when this page is in the background?',
  allow: 'Allow',
  insecure:
    'This page came over plain http: the browser shows no notifications here and copies nothing by itself. Everything else works.',
  understood: 'All right',
  updated: 'offhook was updated.',
  reload: 'Reload',
  lost: 'No connection to the server since {time}. What is here can be read; changes have to wait.',
  ring_title: 'Ringing',
  nothing_rings: 'Nothing rings',
  nothing_rings_text: 'Calls for you appear here at once.',
  phone_off: 'Your phone is switched off: nothing rings here.',
  last_calls: 'Last calls',
  all_calls: 'All calls',
};
