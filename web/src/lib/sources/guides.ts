import Braces from '@lucide/svelte/icons/braces';
import Cloud from '@lucide/svelte/icons/cloud';
import Server from '@lucide/svelte/icons/server';
import type { Component } from 'svelte';

/** How a phone system is set up. */
export interface Guide {
  id: string;
  /** Its name, which is the same in every language; `generic` has a text instead. */
  name: string;
  kind: 'generic' | 'sipgate' | 'placetel';
  icon: Component;
  /** Lines to paste; `URL` and `TOKEN` stand for the source's own. */
  lines: string[];
}

const CURL = `curl -H 'Content-Type: application/json' 'URL' \\
  -d '{"event":"newCall","direction":"in","from":"4930609811111","to":"4930123456","callId":"1"}'
curl -H 'Content-Type: application/json' 'URL' \\
  -d '{"event":"hangup","direction":"in","callId":"1","cause":"cancel"}'`;

export const GUIDES: Guide[] = [
  { id: 'generic', name: '', kind: 'generic', icon: Braces, lines: [CURL] },
  {
    id: '3cx',
    name: '3CX',
    kind: 'generic',
    icon: Server,
    lines: ['Zammad:\n  endpoint: URL'],
  },
  {
    id: 'freepbx',
    name: 'FreePBX · Asterisk',
    kind: 'generic',
    icon: Server,
    lines: ['[zammad]\nurl=URL'],
  },
  {
    id: 'fusionpbx',
    name: 'FusionPBX · FreeSWITCH',
    kind: 'generic',
    icon: Server,
    lines: ['zammad_api_url = "URL";'],
  },
  { id: 'sipgate', name: 'sipgate', kind: 'sipgate', icon: Cloud, lines: ['URL'] },
  { id: 'placetel', name: 'Placetel', kind: 'placetel', icon: Cloud, lines: ['URL'] },
];

/** The guide that was chosen, if it fits the source; else the first that does. */
export function guideOf(id: string | null, kind: string): Guide {
  const fitting = GUIDES.filter((guide) => guide.kind === kind);
  return (fitting.find((guide) => guide.id === id) ?? fitting[0] ?? GUIDES[0]) as Guide;
}
