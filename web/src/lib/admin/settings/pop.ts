/** What a screen pop puts into `{places}` of its address. */
export const PLACES = ['number', 'name', 'contact_url', 'call_id'] as const;
export type Values = Record<(typeof PLACES)[number], string>;

/** A made-up caller, as difficult as callers are. */
export function sample(origin: string): Values {
  return {
    number: '493023125741',
    name: 'Anna López & Söhne',
    contact_url: `${origin}/contacts/5`,
    call_id: '307fa962-de8d',
  };
}

/** The address with the values percent-encoded whole, as the server fills it. */
export function fill(template: string, values: Values): string {
  return template.replace(/\{(number|name|contact_url|call_id)\}/g, (_, place: keyof Values) =>
    encodeURIComponent(values[place]).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  );
}

/** `{words}` in braces that the server leaves as they are. */
export function unknownPlaces(template: string): string[] {
  const places = [...template.matchAll(/\{(\w*)\}/g)].map(([, word]) => word!);
  return places.filter((word) => !(PLACES as readonly string[]).includes(word));
}

/** Ready templates; the host is to be put in. */
export const READY = [
  {
    name: 'zammad',
    template: 'https://zammad.example.com/desktop/tickets/create?customer_phone=%2B{number}',
  },
  { name: 'zammad_search', template: 'https://zammad.example.com/#search/{number}' },
  { name: 'crm', template: 'https://crm.example.com/search?phone={number}&name={name}' },
] as const;
