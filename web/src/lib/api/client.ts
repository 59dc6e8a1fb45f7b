import createClient from 'openapi-fetch';
import type { paths } from '../../../generated/schema';
import { ProblemError, problemOf } from './problem';

type SignInAgain = () => Promise<void>;
let signInAgain: SignInAgain | undefined;

/** Says what to do when the session has ended: the promise comes true once there is a new one. */
export function onSessionEnd(handler: SignInAgain | undefined): void {
  signInAgain = handler;
}

/**
 * Asks; where the session has ended meanwhile, waits until the user signed in again and asks once
 * more, so that whoever asked never notices.
 */
async function patientFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await reach(request);
  const aboutSession = new URL(request.url).pathname === '/api/v1/session';
  if (response.status !== 401 || aboutSession || !signInAgain) return response;
  await signInAgain();
  return reach(again);
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ProblemError(0, 'unreachable', '');
  }
}

/** The API, typed by openapi.json. Wrap every question in `ask`. */
export const api = createClient<paths>({ fetch: patientFetch });

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

/** The data of an answer with its revision, which `If-Match` takes. */
export async function askTagged<Data>(question: Promise<Answer<Data>>) {
  const data = await ask(question);
  const { response } = await question;
  return { data, tag: response.headers.get('etag') ?? '*' };
}

/** A part of a list. */
type Part<Item> = { items: Item[]; next_cursor?: string | null };

/** Every item of a list, part by part. */
export async function askAll<Item>(
  question: (query: { limit: string; cursor?: string }) => Promise<Answer<Part<Item>>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const part = await ask(question({ limit: '500', cursor }));
    items.push(...part.items);
    cursor = part.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

/** The data of an answer; a refusal is thrown as a `ProblemError`. */
export async function ask<Data>(question: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await question;
  if (!response.ok) throw problemOf(response.status, error);
  return data as Data;
}
