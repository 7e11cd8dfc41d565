import t from 'tap';
import { nextState } from '../../../gateway/engine/state-machine.ts';
import { intentMachine, type IntentInput } from '../../../gateway/features/control/intent-machine.ts';

const inputs: readonly IntentInput[] = [
  'confirmed',
  'unconfirmed',
  'withdrawn',
  'ended',
  'superseded',
  'verified',
];

/** For each state, where each of the inputs leads. */
const table = {
  intended: ['applied', 'failed', 'withdrawn', 'reverting', 'intended', 'intended'],
  applied: ['applied', 'failed', 'applied', 'reverting', 'replaced', 'applied'],
  reverting: ['reverting', 'reverting', 'reverting', 'reverting', 'reverting', 'reverted'],
  failed: ['failed', 'failed', 'failed', 'failed', 'failed', 'reverted'],
  reverted: ['reverted', 'reverted', 'reverted', 'reverted', 'reverted', 'reverted'],
  replaced: ['replaced', 'replaced', 'replaced', 'replaced', 'replaced', 'replaced'],
  withdrawn: ['withdrawn', 'withdrawn', 'withdrawn', 'withdrawn', 'withdrawn', 'withdrawn'],
} as const;

t.test('every cell of the life of an intent leads where its table says', (t) => {
  t.same(Object.keys(table).sort(), Object.keys(intentMachine).sort());
  for (const state of Object.keys(table) as (keyof typeof table)[]) {
    inputs.forEach((input, index) => {
      t.equal(nextState(intentMachine, state, input), table[state][index], `${state} and ${input}`);
    });
  }
  t.end();
});
