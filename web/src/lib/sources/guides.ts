import Asterisk from '@lucide/svelte/icons/asterisk';
import Braces from '@lucide/svelte/icons/braces';
import Cloud from '@lucide/svelte/icons/cloud';
import Server from '@lucide/svelte/icons/server';
import ToggleRight from '@lucide/svelte/icons/toggle-right';
import Waypoints from '@lucide/svelte/icons/waypoints';
import type { Component } from 'svelte';

export const LISTENED = ['asterisk', 'freeswitch'] as const;
/** A kind that we connect to, instead of one that sends us its events. */
export type Listened = (typeof LISTENED)[number];

/** Something to put into a file of the phone system. */
export interface Snippet {
  /** The file; one that survives an update. */
  file: string;
  text: string;
}

/** How a phone system is set up. */
export interface Guide {
  id: string;
  /** Its name, which is the same in every language; `generic` has a text instead. */
  name: string;
  kind: 'generic' | 'sipgate' | 'placetel' | Listened;
  icon: Component;
  /** Lines to paste; `URL` and `TOKEN` stand for the source's own. */
  lines: string[];
  /**
   * Of a kind that we connect to; `USERNAME`, `SECRET`, `OURSELVES` (our address) and `WRITE` (what
   * we may ask for) are filled.
   */
  snippets?: Snippet[];
  /** How it dials, where that is not as usual: a configuration's `dial`. */
  dial?: Record<string, unknown>;
}

const CURL = `curl -H 'Content-Type: application/json' 'URL' \\
  -d '{"event":"newCall","direction":"in","from":"4930609811111","to":"4930123456","callId":"1"}'
curl -H 'Content-Type: application/json' 'URL' \\
  -d '{"event":"hangup","direction":"in","callId":"1","cause":"cancel"}'`;

/** What every Asterisk has once, and FreePBX by itself. */
const GENERAL = `[general]
enabled = yes
port = 5038
bindaddr = 0.0.0.0

`;

const manager = (file: string, before = ''): Snippet => ({
  file,
  text: `${before}[USERNAME]
secret = SECRET
deny = 0.0.0.0/0.0.0.0
permit = OURSELVES/255.255.255.255
read = call,agent,dialplan
write = WRITE
eventfilter = !^Event: (VarSet|RTCPSent|RTCPReceived|DTMFBegin|DTMFEnd|DeviceStateChange|QueueMemberStatus)
eventfilter = !^Event: Newexten.*Application: [^Vv]
writetimeout = 5000`,
});

const EVENT_SOCKET: Snippet[] = [
  {
    file: '/etc/freeswitch/autoload_configs/event_socket.conf.xml',
    text: `<configuration name="event_socket.conf" description="Socket Client">
  <settings>
    <param name="nat-map" value="false"/>
    <param name="listen-ip" value="0.0.0.0"/>
    <param name="listen-port" value="8021"/>
    <param name="password" value="SECRET"/>
    <param name="apply-inbound-acl" value="offhook"/>
  </settings>
</configuration>`,
  },
  {
    file: '/etc/freeswitch/autoload_configs/acl.conf.xml',
    text: `<!-- one list more inside <network-lists>; FusionPBX: Advanced, Access Controls -->
<list name="offhook" default="deny">
  <node type="allow" cidr="127.0.0.1/32"/>
  <node type="allow" cidr="OURSELVES/32"/>
</list>`,
  },
];

export const GUIDES: Guide[] = [
  {
    id: 'freepbx',
    name: 'FreePBX',
    kind: 'asterisk',
    icon: Server,
    lines: [],
    snippets: [manager('/etc/asterisk/manager_custom.conf')],
    // Past the mailbox, which would pick up and call for its owner.
    dial: { channel: 'Local/{phone}@originate-skipvm' },
  },
  {
    id: 'asterisk',
    name: 'Asterisk',
    kind: 'asterisk',
    icon: Asterisk,
    lines: [],
    snippets: [manager('/etc/asterisk/manager.conf', GENERAL)],
  },
  {
    id: 'fusionpbx',
    name: 'FusionPBX',
    kind: 'freeswitch',
    icon: Server,
    lines: [],
    snippets: EVENT_SOCKET,
  },
  {
    id: 'freeswitch',
    name: 'FreeSWITCH',
    kind: 'freeswitch',
    icon: ToggleRight,
    lines: [],
    snippets: EVENT_SOCKET,
  },
  {
    id: '3cx',
    name: '3CX',
    kind: 'generic',
    icon: Server,
    lines: ['Zammad:\n  endpoint: URL'],
  },
  { id: 'sipgate', name: 'sipgate', kind: 'sipgate', icon: Cloud, lines: ['URL'] },
  { id: 'placetel', name: 'Placetel', kind: 'placetel', icon: Cloud, lines: ['URL'] },
  {
    id: 'bridge',
    name: 'Zammad',
    kind: 'generic',
    icon: Waypoints,
    lines: ['[zammad]\nurl=URL', 'zammad_api_url = "URL";'],
  },
  { id: 'generic', name: '', kind: 'generic', icon: Braces, lines: [CURL] },
];

/** The guide that was chosen, if it fits the source; else the first that does. */
export function guideOf(id: string | null, kind: string): Guide {
  const fitting = GUIDES.filter((guide) => guide.kind === kind);
  const named = fitting.find((guide) => guide.id === id) ?? GUIDES.find(({ id }) => id === kind);
  return (named ?? fitting[0] ?? GUIDES.at(-1)) as Guide;
}

export const isListened = (kind: string): kind is Listened =>
  LISTENED.some((listened) => listened === kind);

/** The text of a snippet for this account. */
export function filled(
  { text }: Snippet,
  account: { username: string; secret: string; ourselves: string; dials: boolean },
): string {
  return text
    .replaceAll('USERNAME', account.username || 'offhook')
    .replaceAll('SECRET', account.secret || '…')
    .replaceAll('OURSELVES', account.ourselves)
    .replaceAll('WRITE', account.dials ? 'reporting,originate' : 'reporting');
}
