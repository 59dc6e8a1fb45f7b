import type { Blocked } from '$lib/api';
import { AGENT_MAPS, said, type Agent } from './agents';

/** Which caller ID a destination sees. */
export interface Route {
  dest: string;
  caller_id: string;
  note?: string;
}

/** Who sees and hears the calls of a queue. */
export interface Grant {
  queue: string;
  user_ids: number[];
}

/** A source's configuration, in the keys of Zammad's settings; keys of others stay as they are. */
export interface Config {
  inbound: { block_caller_ids: Blocked[]; [other: string]: unknown };
  outbound: { routing_table: Route[]; default_caller_id: string; [other: string]: unknown };
  notify_map: Grant[];
  /** Of sipgate and Placetel; only there where something was said. */
  user_remote_map?: Agent[];
  user_device_map?: Agent[];
  [other: string]: unknown;
}

type Loose = Record<string, unknown> | undefined;

/** A list, also one that went through a form and became an object (`{"0": …}`) or its one member. */
function listOf<Item>(list: unknown): Item[] {
  if (list && typeof list === 'object') return Object.values(list) as Item[];
  return said(list) ? [list as Item] : [];
}

/** The configuration with all that the page changes in its place. */
export function configOf(stored: unknown): Config {
  const config = structuredClone((stored ?? {}) as Record<string, unknown>);
  const inbound = config.inbound as Loose;
  const outbound = config.outbound as Loose;
  return {
    ...config,
    ...agentsOf(config),
    inbound: { ...inbound, block_caller_ids: listOf<Blocked>(inbound?.block_caller_ids) },
    outbound: {
      ...outbound,
      routing_table: listOf<Route>(outbound?.routing_table),
      default_caller_id: String(outbound?.default_caller_id ?? ''),
    },
    notify_map: listOf<Grant>(config.notify_map).map(({ queue, user_ids, ...others }) => ({
      ...others,
      queue: String(queue ?? ''),
      user_ids: listOf(user_ids).map(Number),
    })),
  };
}

/**
 * Who is who, without the rows that say nothing: the server passes over them, and on the page of
 * another kind of source nobody could mend them.
 */
function agentsOf(config: Record<string, unknown>): Partial<Config> {
  const agents: Partial<Config> = {};
  for (const { map, theirs } of Object.values(AGENT_MAPS)) {
    if (!config[map]) continue;
    const rows = listOf<Agent>(config[map]);
    agents[map] = rows.filter((row) => said(row[theirs]) && said(row.user_id));
  }
  return agents;
}

/** What is wrong with a number in which `*` may stand. */
export function isPattern(text: string): boolean {
  return /[\d*]/.test(text);
}

/** What can not be saved yet, by the path that the API names as well. */
export function wrongPaths(config: Config): Set<string> {
  const wrong = new Set<string>();
  config.inbound.block_caller_ids.forEach(({ caller_id }, place) => {
    if (!isPattern(caller_id)) wrong.add(`inbound.block_caller_ids[${place}].caller_id`);
  });
  config.outbound.routing_table.forEach(({ dest, caller_id }, place) => {
    if (!isPattern(dest)) wrong.add(`outbound.routing_table[${place}].dest`);
    if (!/\d/.test(caller_id)) wrong.add(`outbound.routing_table[${place}].caller_id`);
  });
  config.notify_map.forEach(({ queue }, place) => {
    if (!queue.trim()) wrong.add(`notify_map[${place}].queue`);
  });
  for (const { map, theirs } of Object.values(AGENT_MAPS)) {
    config[map]?.forEach((row, place) => {
      if (!said(row[theirs])) wrong.add(`${map}[${place}].${theirs}`);
      if (!said(row.user_id)) wrong.add(`${map}[${place}].user_id`);
    });
  }
  return wrong;
}

/** Digits and stars alone, as numbers are compared. */
const plain = (pattern: string) => pattern.replace(/[^\d*]/g, '').replace(/^00/, '');

/** The route before this one that takes all its calls, if any: then this one never counts. */
export function shadowedBy(routes: Pick<Route, 'dest'>[], place: number): number | undefined {
  const mine = plain(routes[place]?.dest ?? '');
  if (!mine) return undefined;
  const found = routes.slice(0, place).findIndex(({ dest }) => {
    const other = plain(dest);
    // A star stands for one or more characters, a star of ours among them.
    return other && new RegExp(`^${other.replaceAll('*', '[\\d*]+')}$`).test(mine);
  });
  return found < 0 ? undefined : found;
}

/** The list with one entry moved to another place. */
export function moved<Item>(list: Item[], from: number, to: number): Item[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return list;
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}
