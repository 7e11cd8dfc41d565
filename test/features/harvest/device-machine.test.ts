import t from 'tap';
import { nextState } from '../../../gateway/engine/state-machine.ts';
import {
  deviceMachine,
  type DeviceInput,
  type HarvestedState,
} from '../../../gateway/features/harvest/device-machine.ts';

const inputs: readonly DeviceInput[] = ['answered', 'failed', 'failed_often', 'retire'];

/** Every cell: state, then where each input leads, in the order above. */
const table: readonly (readonly [HarvestedState, ...HarvestedState[]])[] = [
  ['unseen', 'up', 'unseen', 'down', 'retired'],
  ['up', 'up', 'suspect', 'down', 'retired'],
  ['suspect', 'up', 'suspect', 'down', 'retired'],
  ['down', 'up', 'down', 'down', 'retired'],
  ['retired', 'retired', 'retired', 'retired', 'retired'],
];

for (const [state, ...targets] of table) {
  inputs.forEach((input, index) => {
    t.test(`a device that is ${state} and ${input} is ${targets[index] ?? ''}`, async (t) => {
      t.equal(nextState(deviceMachine, state, input), targets[index]);
    });
  });
}

t.test('the table has every state', async (t) => {
  t.same(table.map(([state]) => state).sort(), Object.keys(deviceMachine).sort());
});
