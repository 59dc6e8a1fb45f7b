import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toasts } from './toasts.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

const texts = () => toasts.items.map(({ text }) => text);

test('news goes after its time', () => {
  toasts.show('Chris has taken it');
  vi.advanceTimersByTime(9_999);
  expect(texts()).toEqual(['Chris has taken it']);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual([]);
});

test('newer news pushes out older news, never a way back', () => {
  toasts.show('done', () => undefined);
  for (const text of ['1', '2', '3', '4', '5']) toasts.show(text);
  expect(texts()).toEqual(['done', '2', '3', '4', '5']);
});
