import { expect, test } from 'vitest';
import { withPop, type PopOn } from './pop';

test.each<[PopOn[], PopOn, boolean, PopOn[]]>([
  [[], 'answer', true, ['answer']],
  [['answer'], 'answer', false, []],
  [['outgoing'], 'ring', true, ['ring', 'outgoing']],
  [['ring', 'answer'], 'ring', true, ['ring', 'answer']],
])('%j with %s %j', (chosen, one, on, now) => expect(withPop(chosen, one, on)).toEqual(now));
