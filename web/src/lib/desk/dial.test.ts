import { beforeEach, expect, test, vi } from 'vitest';
import type { Me } from '$lib/api';
import { session } from '$lib/session';
import { dial, numberOf } from './dial';
import { dials } from './dials.svelte';

vi.mock('$lib/session', () => ({ session: {} }));
vi.mock('./dials.svelte', () => ({ dials: { order: vi.fn() } }));

test.each([
  ['tel:+4930123', '+4930123'],
  ['tel:*97%23', '*97#'],
  ['tel:101', '101'],
])('%s is %s', (href, number) => {
  expect(numberOf(href)).toBe(number);
});

beforeEach(() => {
  vi.stubGlobal('location', { href: '/' });
  vi.mocked(dials.order).mockReset();
});

test.each([
  ['the phone system dials for who may', ['dial'], true, ['+4930'], '/'],
  ['where it can not, the computer does', ['dial'], false, ['+4930'], 'tel:+4930'],
  ['and for who may not', [], true, undefined, 'tel:+4930'],
])('%s', async (_, permissions, dialled, ordered, href) => {
  session.me = { permissions } as unknown as Me;
  vi.mocked(dials.order).mockResolvedValue(dialled);
  await dial('tel:+4930');
  expect(vi.mocked(dials.order).mock.lastCall).toEqual(ordered);
  expect(location.href).toBe(href);
});
