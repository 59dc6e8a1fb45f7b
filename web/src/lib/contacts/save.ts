import {
  api,
  ask,
  askTagged,
  type Contact,
  type ContactDetail,
  type ContactFields,
} from '$lib/api';

/** A contact with the revision that a change of it names. */
export interface Tagged {
  data: ContactDetail;
  tag: string;
}

const at = (id: number, tag?: string) => ({
  params: { path: { id } },
  ...(tag && { headers: { 'If-Match': tag } }),
});

export const load = (id: number): Promise<Tagged> =>
  askTagged(api.GET('/api/v1/contacts/{id}', at(id)));

export const make = (body: ContactFields): Promise<Contact> =>
  ask(api.POST('/api/v1/contacts', { body }));

/** Refused as `stale` where somebody else changed it meanwhile. */
export const change = (id: number, tag: string, body: ContactFields): Promise<Tagged> =>
  askTagged(api.PATCH('/api/v1/contacts/{id}', { ...at(id, tag), body }));

export const remove = (id: number, tag: string): Promise<unknown> =>
  ask(api.DELETE('/api/v1/contacts/{id}', at(id, tag)));

/** Gives the contact one more number; answers how to take it back. */
export async function assign(id: number, number: string): Promise<() => Promise<unknown>> {
  const { data, tag } = await load(id);
  const made = await change(id, tag, { phones: [...data.phones, number] });
  return () => change(id, made.tag, { phones: data.phones });
}
