import type { Config } from './config';

export const LISTS = ['queues', 'numbers', 'extensions', 'contexts'] as const;
export type List = (typeof LISTS)[number];
export type Part = 'record' | 'never';

type Loose = Record<string, unknown>;

const objectOf = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};

/** What a list holds, with commas between. */
export function listText(config: Config, part: Part, list: List): string {
  const items = objectOf(config[part])[list];
  return Array.isArray(items) ? items.join(', ') : typeof items === 'string' ? items : '';
}

/** Puts what was typed into a list. A list with nothing in it says nothing. */
export function setList(config: Config, part: Part, list: List, text: string): void {
  const { [list]: _, ...rest } = objectOf(config[part]);
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  put(config, part, items.length > 0 ? { ...rest, [list]: items } : rest);
}

/** Whether calls between two of us are kept. */
export const keepsInternal = (config: Config): boolean => objectOf(config.record).internal === true;

export function setInternal(config: Config, on: boolean): void {
  const { internal: _, ...rest } = objectOf(config.record);
  put(config, 'record', on ? { ...rest, internal: true } : rest);
}

/** How another system is told of the calls. */
export interface Forward {
  url: string;
  late_minutes: string;
  allow_private: boolean;
}

export function forwardOf(config: Config): Forward {
  const { url, late_minutes, allow_private } = objectOf(config.forward);
  return {
    url: typeof url === 'string' ? url : '',
    late_minutes: late_minutes === undefined ? '' : String(late_minutes),
    allow_private: allow_private === true,
  };
}

/** Puts it into the configuration; without an address nobody is told. */
export function setForward(config: Config, forward: Forward): void {
  const { url, late_minutes, allow_private, ...rest } = objectOf(config.forward);
  if (!forward.url.trim()) {
    delete config.forward;
    return;
  }
  config.forward = {
    kind: 'zammad',
    ...rest,
    url: forward.url.trim(),
    ...(forward.late_minutes.trim() && { late_minutes: Number(forward.late_minutes) }),
    ...(forward.allow_private && { allow_private: true }),
  };
}

function put(config: Config, part: Part, value: Loose): void {
  if (Object.keys(value).length > 0) config[part] = value;
  else delete config[part];
}
