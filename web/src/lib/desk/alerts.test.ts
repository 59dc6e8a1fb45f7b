import { beforeEach, expect, test, vi } from 'vitest';
import type { Call, Me } from '$lib/api';
import { session } from '$lib/session';
import { announce, keepOnly } from './alerts';
import { hush, ring } from './bell';

vi.mock('$app/navigation', () => ({ goto: vi.fn() }));
vi.mock('./bell', () => ({ ring: vi.fn(), hush: vi.fn() }));

let closed: string[];

class FakeNotification {
  static permission = 'granted';
  onclick: unknown;
  constructor(
    readonly title: string,
    readonly options: { tag: string },
  ) {}
  close(): void {
    closed.push(this.options.tag);
  }
}

const party = { name: 'Anna', number: '1', pretty: '1', matches: [] };
const call = (id: number) => ({ id, from: party, to: party, queue: '' }) as unknown as Call;

function prefer(preferences: object): void {
  session.me = { preferences } as Me;
}

const ON = { phone: true, sound: true, notifications: true };

beforeEach(() => {
  vi.stubGlobal('Notification', FakeNotification);
  prefer(ON);
  keepOnly(new Set());
  closed = [];
  vi.clearAllMocks();
});

test('a call is announced once, until it rings no more', () => {
  announce(call(1));
  announce(call(1));
  announce(call(2));
  expect(ring).toHaveBeenCalledTimes(2);
  keepOnly(new Set([2]));
  expect([closed, vi.mocked(hush).mock.calls.length]).toEqual([['call-1'], 0]);
  keepOnly(new Set());
  expect([closed, vi.mocked(hush).mock.calls.length]).toEqual([['call-1', 'call-2'], 1]);
});

test.each([
  ['the phone', { ...ON, phone: false }, ['call-1'], 1],
  ['the sound', { ...ON, sound: false }, [], 1],
  ['the notifications', { ...ON, notifications: false }, ['call-1'], 0],
])('%s is switched off while it rings', (_, preferences, gone, hushed) => {
  announce(call(1));
  prefer(preferences);
  keepOnly(new Set([1]));
  expect([closed, vi.mocked(hush).mock.calls.length]).toEqual([gone, hushed]);
});

test('nothing is announced to who switched the phone off', () => {
  prefer({ ...ON, phone: false });
  announce(call(1));
  expect(ring).not.toHaveBeenCalled();
});
