import type { Contact } from '$lib/api';

/** Fields of which one contact's is taken; lists and notes are joined. */
export const SINGLE = ['name', 'organization', 'url'] as const;
export type Single = (typeof SINGLE)[number];

export type Side = 'one' | 'other';
export type Choice = Partial<Record<Single, string>>;

/** Whose is proposed: this contact's, or the other's where this one has none. */
export function proposed(one: Contact, field: Single): Side {
  return one[field] ? 'one' : 'other';
}

/** What of a list both give, each once. */
export function joined(one: string[], other: string[]): string[] {
  return [...new Set([...one, ...other])];
}

/** What the notes become: one below the other. */
export function joinedNote(one: string, other: string): string {
  return [one, other].filter(Boolean).join('\n\n');
}
