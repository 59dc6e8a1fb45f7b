import type { RecordedRequest } from '$lib/api';

/** A recorded request, taken apart. */
export interface Sent {
  /** With its `?`; empty when there was none. */
  query: string;
  headers: [name: string, value: string][];
  body: string;
}

/** Takes `sent` apart: `?query`, headers one a line, an empty line, the body. */
export function takeApart(sent: string): Sent {
  let rest = sent;
  let query = '';
  if (rest.startsWith('?')) [query, rest] = halves(rest, '\n');
  const [head, body] = rest.startsWith('\n') ? ['', rest.slice(1)] : halves(rest, '\n\n');
  const headers = head
    .split('\n')
    .filter((line) => line.includes(': '))
    .map((line) => halves(line, ': '));
  return { query, headers, body };
}

function halves(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + at.length)];
}

/** JSON with a line for each value; any other text as it is. */
export function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The word for what happened, where it was understood. */
export function eventOf(request: Pick<RecordedRequest, 'understood'>): string | undefined {
  const { understood } = request;
  if (typeof understood !== 'object' || understood === null || !('event' in understood)) return;
  return typeof understood.event === 'string' ? understood.event : undefined;
}

/** What curl adds by itself, and what was for that way alone. */
const OF_THE_WAY = /^(host|content-length|connection|accept-encoding|user-agent|x-forwarded-.*)$/i;

/** A command that sends the same once more; where the token was masked it says `TOKEN`. */
export function asCurl(
  request: Pick<RecordedRequest, 'method' | 'path' | 'sent'>,
  origin: string,
): string {
  const { query, headers, body } = takeApart(request.sent);
  const parts = [`curl -X ${request.method} ${quoted(origin + unmasked(request.path + query))}`];
  for (const [name, value] of headers) {
    if (OF_THE_WAY.test(name) || value === '***') continue;
    parts.push(`-H ${quoted(`${name}: ${unmasked(value)}`)}`);
  }
  if (body) parts.push(`--data-binary ${quoted(body)}`);
  return parts.join(' \\\n  ');
}

const unmasked = (text: string) => text.replaceAll('***', 'TOKEN');

/** As a shell reads it back; what can not be seen is written as its escape. */
function quoted(text: string): string {
  if (!/[\x00-\x09\x0b-\x1f\x7f]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replace(/[\\'\x00-\x1f\x7f]/g, (character) =>
    character === '\\' || character === "'"
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped}'`;
}
