import { beforeEach, expect, test, vi } from 'vitest';
import { assign } from '$lib/contacts/save';
import { toasts } from '$lib/ui/toasts.svelte';
import { assignTo } from './assign';

vi.mock('$lib/contacts/save', () => ({ assign: vi.fn() }));
vi.mock('$lib/ui', () => import('$lib/ui/toasts.svelte'));

const anna = { id: 5, name: 'Anna', organization: '' };
const texts = () => toasts.items.map(({ text }) => text);

beforeEach(() => {
  toasts.items = [];
});

test('what was assigned is said and can be undone; what failed is said as well', async () => {
  const undo = vi.fn<() => Promise<unknown>>().mockResolvedValueOnce(undefined);
  vi.mocked(assign).mockResolvedValue(undo);
  expect(await assignTo(anna, '+4930')).toBe(true);
  expect(assign).toHaveBeenCalledWith(5, '+4930');
  expect(texts()).toEqual(['+4930 belongs to Anna now.']);
  toasts.items[0]?.undo?.();
  undo.mockRejectedValueOnce(new Error('changed meanwhile'));
  toasts.items[0]?.undo?.();
  await vi.waitFor(() => expect(texts()).toHaveLength(2));
  expect(undo).toHaveBeenCalledTimes(2);

  vi.mocked(assign).mockRejectedValue(new Error('gone'));
  expect(await assignTo(anna, '+4930')).toBe(false);
  expect(texts()).toHaveLength(3);
});
