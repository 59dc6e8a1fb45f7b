import { expect, test } from 'vitest';
import type { Call, Pop } from '$lib/api';
import { placeOf } from './place';

const party = (number: string, e164: string | null, name: string | null = null) => ({
  number,
  e164,
  name,
  pretty: e164 ? `+${e164}` : '',
  matches: [],
});

function pop(more: Partial<Pop>, from = party('4930555', '4930555', 'A & B')): Pop {
  const call = { id: 7, direction: 'in', from, to: party('22', null) } as unknown as Call;
  return { call, contact_id: null, url: null, here: true, ...more };
}

test.each([
  ['the contact', pop({ contact_id: 5 }), '/contacts/5', false],
  ['a new contact', pop({}), '/contacts/new?number=%2B4930555&name=A+%26+B&call=7', false],
  ['nobody knows who', pop({}, party('anonymous', null)), '/?call=7', false],
  ['a helpdesk', pop({ contact_id: 5, url: 'https://crm/?n=1' }), 'https://crm/?n=1', true],
  ['no script', pop({ contact_id: 5, url: 'javascript:alert(1)' }), '/contacts/5', false],
  ['no address', pop({ contact_id: 5, url: 'crm?n=1' }), '/contacts/5', false],
])('a pop leads to %s', (_, pop, href, outside) => {
  expect(placeOf(pop)).toEqual({ href, outside });
});
