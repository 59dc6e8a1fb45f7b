import { expect, test } from 'vitest';
import { configOf, moved, shadowedBy, wrongPaths } from './config';

test('what is not there yet has its place, and what others keep stays', () => {
  expect(configOf({ other: 1, inbound: { more: 2 } })).toEqual({
    other: 1,
    inbound: { more: 2, block_caller_ids: [] },
    outbound: { routing_table: [], default_caller_id: '' },
    notify_map: [],
  });
  expect(configOf(null).notify_map).toEqual([]);
});

test('lists that went through a form are lists', () => {
  const config = configOf({
    inbound: { block_caller_ids: { 0: { caller_id: '49' } } },
    outbound: { routing_table: {} },
    notify_map: {
      0: { queue: 'a', user_ids: { 0: '1000002', 1: 1000003 } },
      1: { queue: 'b', user_ids: '1000004', more: 1 },
      2: { queue: 'c' },
    },
    user_device_map: { 0: { device_id: '777', user_id: 1000001 } },
  });
  expect(config.inbound.block_caller_ids).toEqual([{ caller_id: '49' }]);
  expect(config.outbound.routing_table).toEqual([]);
  expect(config.notify_map).toEqual([
    { queue: 'a', user_ids: [1000002, 1000003] },
    { queue: 'b', user_ids: [1000004], more: 1 },
    { queue: 'c', user_ids: [] },
  ]);
  expect(config.user_device_map).toEqual([{ device_id: '777', user_id: 1000001 }]);
});

test('who is who stays as it was said, but for what says nothing', () => {
  const rows = [
    { remote_user_id: 'w0', user_id: 'emma@example.org', more: 1 },
    { remote_user_id: 'w1', user_id: 1000001 },
  ];
  const empty = [
    { remote_user_id: 'w2', user_id: ' ' },
    { remote_user_id: '', user_id: 1000002 },
    { remote_user_id: 'w3', user_id: null },
  ];
  const config = configOf({ user_remote_map: [...empty, ...rows] });
  expect(config.user_remote_map).toEqual(rows);
  expect(config).not.toHaveProperty('user_device_map');
  expect(wrongPaths(config).size).toBe(0);
});

test('who is who needs both', () => {
  const config = configOf({});
  config.user_remote_map = [{ remote_user_id: 'w0', user_id: null }];
  config.user_device_map = [
    { device_id: '777', user_id: 1000000 },
    { device_id: ' ', user_id: '' },
  ];
  expect([...wrongPaths(config)]).toEqual([
    'user_remote_map[0].user_id',
    'user_device_map[1].device_id',
    'user_device_map[1].user_id',
  ]);
});

test('what can not be saved is named as the API names it', () => {
  const config = configOf({
    inbound: { block_caller_ids: [{ caller_id: '49*' }, { caller_id: 'spam' }] },
    outbound: { routing_table: [{ dest: '', caller_id: '*' }] },
    notify_map: [{ queue: ' ', user_ids: [] }],
  });
  expect([...wrongPaths(config)]).toEqual([
    'inbound.block_caller_ids[1].caller_id',
    'outbound.routing_table[0].dest',
    'outbound.routing_table[0].caller_id',
    'notify_map[0].queue',
  ]);
});

test.each([
  [['49*', '4930*'], 1, 0],
  [['4930*', '49*'], 1, undefined],
  [['+49 30 *', '493012'], 1, 0],
  [['*', '1'], 1, 0],
  [['4930', '4930'], 1, 0],
  [['4930', '49301'], 1, undefined],
  [['', '49'], 1, undefined],
  [['49*'], 0, undefined],
])('in %j the route at %i is shadowed by %s', (dests, place, expected) => {
  expect(
    shadowedBy(
      dests.map((dest) => ({ dest })),
      place,
    ),
  ).toBe(expected);
});

test.each([
  [0, 2, ['b', 'c', 'a']],
  [2, 0, ['c', 'a', 'b']],
  [0, -1, ['a', 'b', 'c']],
  [2, 3, ['a', 'b', 'c']],
])('from %i to %i', (from, to, expected) => {
  expect(moved(['a', 'b', 'c'], from, to)).toEqual(expected);
});
