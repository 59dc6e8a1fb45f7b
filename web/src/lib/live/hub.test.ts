import { beforeEach, expect, test, vi } from 'vitest';
import { AGAIN_MS, Hub, RECENT_MS, USED_MS, type Port, type Stream } from './hub';
import type { TabKind, ToHub, ToTab } from './protocol';

class FakeStream implements Stream {
  onopen: Stream['onopen'] = null;
  onerror: Stream['onerror'] = null;
  readyState = 0;
  closed = false;
  #listeners: Record<string, (event: MessageEvent<string>) => void> = {};

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners[type] = listener;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.call(this as unknown as EventSource, new Event('open'));
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.call(this as unknown as EventSource, new Event('error'));
  }

  says(type: string, data: unknown): void {
    this.#listeners[type]?.({ data: JSON.stringify(data) } as MessageEvent<string>);
  }

  close(): void {
    this.closed = true;
  }
}

class FakeTab implements Port {
  onmessage: Port['onmessage'] = null;
  heard: ToTab[] = [];

  postMessage(message: ToTab): void {
    this.heard.push(message);
  }

  say(message: ToHub): void {
    this.onmessage?.({ data: message } as MessageEvent<ToHub>);
  }

  /** What it heard since the last time, in short. */
  news(): string {
    const words = this.heard.splice(0).map((message) => {
      if (message.say === 'state') return message.state;
      return 'lead' in message && message.lead ? `${message.say}!` : message.say;
    });
    return words.join(' ');
  }
}

let streams: FakeStream[];
let hub: Hub;
let used: number;
let now: number;

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  used = 0;
  now = 0;
  const connect = () => {
    streams.push(new FakeStream());
    return streams.at(-1)!;
  };
  hub = new Hub({ connect, used: () => used++ }, () => now);
});

function tab(kind: TabKind = 'page'): FakeTab {
  const tab = new FakeTab();
  hub.join(tab);
  tab.say({ say: 'hello', kind });
  return tab;
}

test('twenty tabs share one stream, which ends with the last', () => {
  const tabs = Array.from({ length: 20 }, () => tab());
  expect(streams.length).toBe(1);
  streams[0]!.open();
  streams[0]!.says('call', { id: 1 });
  const news = tabs.map((tab) => tab.news());
  expect(news[0]).toBe('connecting connecting live resync call');
  expect(news.at(-1)).toBe('connecting live resync call!');
  tabs.forEach((tab, place) => {
    expect(streams[0]!.closed, `${place}`).toBe(false);
    tab.say({ say: 'bye' });
  });
  expect(streams[0]!.closed).toBe(true);
  tab();
  expect(streams.length).toBe(2);
});

test('the tab used last leads; one that only rings does so when there is no other', () => {
  const [first, second, ring] = [tab(), tab(), tab('ring')];
  const tabs = [first, second, ring];
  const rings = () => {
    tabs.forEach((tab) => tab.news());
    streams[0]!.says('ring', { id: 1 });
    return tabs.map((tab) => tab.news());
  };
  expect(rings()).toEqual(['ring', 'ring!', 'ring']);
  first.say({ say: 'used' });
  expect(rings()).toEqual(['ring!', 'ring', 'ring']);
  ring.say({ say: 'used' });
  expect(rings()).toEqual(['ring!', 'ring', 'ring']);
  first.say({ say: 'bye' });
  second.say({ say: 'bye' });
  expect(rings()).toEqual(['', '', 'ring!']);
});

test('what becomes of a number that is dialled is heard by all, told by one', () => {
  const tabs = [tab(), tab()];
  tabs.forEach((tab) => tab.news());
  streams[0]!.says('dial', { id: 'a' });
  expect(tabs.map((tab) => tab.news())).toEqual(['dial', 'dial!']);
  expect(tab().news(), 'it is no news to who joins').not.toContain('dial');
});

test('who joins hears what was told just now', () => {
  tab();
  streams[0]!.open();
  streams[0]!.says('ring', { id: 1 });
  now = 1;
  streams[0]!.says('call', { id: 1 });
  expect(tab().news()).toBe('live ring call');
  now = RECENT_MS;
  expect(tab().news()).toBe('live call');
  now = RECENT_MS + 1;
  expect(tab().news()).toBe('live');
});

test('a connection that is lost comes back by itself, and nothing is loaded anew', () => {
  const one = tab();
  streams[0]!.open();
  one.news();
  streams[0]!.fail(0);
  streams[0]!.open();
  expect(one.news()).toBe('connecting live');
  streams[0]!.says('resync', {});
  expect(one.news()).toBe('resync');
});

test('a stream that is refused is tried again, at once when a tab says so', () => {
  const one = tab();
  streams[0]!.fail(2);
  expect(one.news()).toBe('connecting connecting connecting refused');
  vi.advanceTimersByTime(AGAIN_MS - 1);
  expect(streams.length).toBe(1);
  vi.advanceTimersByTime(1);
  expect(streams.length).toBe(2);
  streams[1]!.fail(2);
  one.say({ say: 'retry' });
  expect(streams.length).toBe(3);
  streams[2]!.open();
  vi.advanceTimersByTime(AGAIN_MS);
  expect(streams.length).toBe(3);
});

test('one try is enough, however many tabs wish it', () => {
  const tabs = Array.from({ length: 20 }, () => tab());
  const retry = () => tabs.forEach((tab) => tab.say({ say: 'retry' }));
  retry();
  expect(streams.length, 'opened just now').toBe(1);
  now = AGAIN_MS;
  retry();
  expect(streams.length, 'no answer for long').toBe(2);
  streams[1]!.open();
  retry();
  expect(streams.length, 'open since just now').toBe(2);
  now *= 2;
  retry();
  expect(streams.length, 'maybe dead').toBe(3);
  streams[2]!.fail(2);
  retry();
  expect(streams.length, 'refused').toBe(4);
  tabs.forEach((tab) => tab.say({ say: 'bye' }));
  now *= 2;
  retry();
  expect(streams.length, 'nobody is here').toBe(4);
});

test('the server hears now and then that somebody is here', () => {
  const one = tab();
  one.say({ say: 'used' });
  now = USED_MS - 1;
  one.say({ say: 'used' });
  expect(used).toBe(1);
  now = USED_MS;
  one.say({ say: 'used' });
  expect(used).toBe(2);
  streams[0]!.open();
  expect(used).toBe(3);
  now += USED_MS;
  streams[0]!.fail(0);
  streams[0]!.open();
  expect(used, 'a browser that comes back alone is not used').toBe(3);
});
