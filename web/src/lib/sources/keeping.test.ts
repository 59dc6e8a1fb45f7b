import { expect, test } from 'vitest';
import { configOf } from './config';
import { forwardOf, keepsInternal, listText, setForward, setInternal, setList } from './keeping';

test('lists are typed with commas, and say nothing when they are empty', () => {
  const config = configOf({ record: { queues: ['support', 'sales'], mine: 1 } });
  expect(listText(config, 'record', 'queues')).toBe('support, sales');
  expect(listText(config, 'never', 'numbers')).toBe('');
  setList(config, 'record', 'queues', ' support ,, night ');
  expect(config.record).toEqual({ queues: ['support', 'night'], mine: 1 });
  setList(config, 'record', 'queues', '');
  expect(config.record).toEqual({ mine: 1 });
  setList(config, 'never', 'extensions', '100');
  setList(config, 'never', 'extensions', ' ');
  expect(config).not.toHaveProperty('never');
});

test('calls among us', () => {
  const config = configOf({});
  expect(keepsInternal(config)).toBe(false);
  setInternal(config, true);
  expect([keepsInternal(config), config.record]).toEqual([true, { internal: true }]);
  setInternal(config, false);
  expect(config).not.toHaveProperty('record');
});

test('who is told of the calls', () => {
  const config = configOf({});
  expect(forwardOf(config)).toEqual({ url: '', late_minutes: '', allow_private: false });
  setForward(config, { url: ' https://z/1 ', late_minutes: '30', allow_private: true });
  const stored = { kind: 'zammad', url: 'https://z/1', late_minutes: 30, allow_private: true };
  expect(config.forward).toEqual(stored);
  expect(forwardOf(config).late_minutes).toBe('30');
  setForward(config, { ...forwardOf(config), late_minutes: '', allow_private: false });
  expect(config.forward).toEqual({ kind: 'zammad', url: 'https://z/1' });
  setForward(config, { ...forwardOf(config), url: '' });
  expect(config).not.toHaveProperty('forward');
});
