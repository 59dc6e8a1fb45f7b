import type { Settings, SettingsPatch } from '$lib/api';

const NUMBERS = [
  'view_limit',
  'retention_days',
  'requests_days',
  'lost_ringing_minutes',
  'lost_answered_hours',
] as const;
type NumberName = (typeof NUMBERS)[number];

/** The settings as they stand in the form: all as typed. */
export type Draft = Record<
  NumberName | 'country' | 'time_zone' | 'pop_url_template' | 'public_url',
  string
>;

/** The server's bounds. */
export const BOUNDS: Record<NumberName, readonly [least: number, most: number]> = {
  view_limit: [1, 1000],
  retention_days: [0, 36_500],
  requests_days: [0, 36_500],
  lost_ringing_minutes: [1, 10_080],
  lost_answered_hours: [1, 8760],
};

export function draftOf(settings: Settings): Draft {
  return {
    country: settings.country,
    time_zone: settings.time_zone,
    pop_url_template: settings.pop_url_template ?? '',
    public_url: settings.public_url ?? '',
    view_limit: String(settings.view_limit),
    retention_days: String(settings.retention_days),
    requests_days: String(settings.requests_days),
    lost_ringing_minutes: String(settings.lost_ringing_minutes),
    lost_answered_hours: String(settings.lost_answered_hours),
  };
}

/** The API's words for these fields of the form. */
export function patchOf(draft: Draft, fields: readonly (keyof Draft)[]): SettingsPatch {
  const value = (name: keyof Draft) => {
    if (isNumber(name)) return Number(draft[name]);
    const text = draft[name].trim();
    return name === 'pop_url_template' || name === 'public_url' ? text || null : text;
  };
  // What is left out stays, though the description calls for all.
  return Object.fromEntries(fields.map((name) => [name, value(name)])) as SettingsPatch;
}

/** What is wrong with a field as it stands. */
export type Wrong = { kind: 'bounds'; least: number; most: number } | { kind: 'address' };

export function wrongWith(draft: Draft, name: keyof Draft): Wrong | undefined {
  const text = draft[name].trim();
  if (isNumber(name)) {
    const [least, most] = BOUNDS[name];
    const number = Number(text);
    const right = /^\d+$/.test(text) && number >= least && number <= most;
    return right ? undefined : { kind: 'bounds', least, most };
  }
  const address = name === 'pop_url_template' || name === 'public_url';
  return address && text && !/^https?:\/\/./i.test(text) ? { kind: 'address' } : undefined;
}

function isNumber(name: keyof Draft): name is NumberName {
  return (NUMBERS as readonly string[]).includes(name);
}

/** Whether what is kept would be less: then older things are deleted. 0 keeps all. */
export function shortens(before: string, now: string): boolean {
  const [was, is] = [before, now].map((text) => (/^\d+$/.test(text.trim()) ? Number(text) : NaN));
  if (!is) return false;
  return was === 0 || is < was!;
}
