import { beforeEach, expect, test, vi } from 'vitest';
import type { Call } from '$lib/api';
import { ringing } from '$lib/calls/ringing.svelte';
import { session } from '$lib/session';
import { announce, keepWished } from './alerts';
import * as bell from './bell';

vi.mock('$app/navigation', () => ({ goto: vi.fn() }));
vi.mock('$lib/calls', async () => ({
  ...(await import('$lib/calls/ringing.svelte')),
  ...(await import('$lib/calls/meaning')),
}));
vi.mock('$lib/session', () => ({ session: { me: { preferences: {} } } }));
vi.mock('./bell', () => ({ ring: vi.fn(), hush: vi.fn() }));

class FakeNotification {
  static permission = 'granted';
  static shown: FakeNotification[] = [];
  close() {
    FakeNotification.shown = FakeNotification.shown.filter((shown) => shown !== this);
  }
  constructor() {
    FakeNotification.shown.push(this);
  }
}

let loud: boolean;
let calls = 0;

function prefer(change: object) {
  Object.assign(session.me!.preferences, change);
  keepWished();
}

beforeEach(() => {
  vi.stubGlobal('Notification', FakeNotification);
  vi.mocked(bell.ring).mockImplementation(() => (loud = true));
  vi.mocked(bell.hush).mockImplementation(() => (loud = false));
  ringing.calls = [];
  prefer({ phone: true, sound: true, notifications: true });
});

function rings(id = ++calls): Call {
  const party = { number: '1', name: null, pretty: '', matches: [] };
  const call = { id, state: 'ringing', from: party, to: party } as unknown as Call;
  ringing.ring(call);
  keepWished();
  // Nothing tidies up after it.
  announce(call);
  return call;
}

/** Whether the bell rings, and how many notifications are shown. */
const heard = () => [loud, FakeNotification.shown.length];

test('a call is heard and seen until it rings no more', () => {
  const call = rings();
  rings();
  expect(heard()).toEqual([true, 2]);
  ringing.put({ ...call, state: 'ended' });
  keepWished();
  expect(heard()).toEqual([true, 1]);
  ringing.calls = [];
  keepWished();
  expect(heard()).toEqual([false, 0]);
});

test('who switches the phone off hears and sees no more of it', () => {
  rings();
  prefer({ phone: false });
  expect(heard()).toEqual([false, 0]);
  rings();
  expect(heard()).toEqual([false, 0]);
});

test('who switches the sound off hears no more of it, until it is on again', () => {
  rings();
  prefer({ sound: false });
  expect(heard()).toEqual([false, 1]);
  rings();
  expect(heard()).toEqual([false, 2]);
  prefer({ sound: true });
  expect(heard()).toEqual([true, 2]);
});

test('who switches notifications off sees no more of it', () => {
  rings();
  prefer({ notifications: false });
  expect(heard()).toEqual([true, 0]);
});

test('what was muted is not announced again', () => {
  const { id } = rings();
  ringing.mute(id);
  keepWished();
  expect(heard()).toEqual([false, 0]);
  rings(id);
  expect(heard()).toEqual([false, 0]);
});
