import t from 'tap';
import { nextState } from '../../../gateway/engine/state-machine.ts';
import {
  sourceMachine,
  type SourceInput,
  type SourceState,
} from '../../../gateway/features/sources/source-machine.ts';

const inputs: readonly SourceInput[] = ['answered', 'failed', 'failed_long'];
const expected: Readonly<Record<SourceState, readonly SourceState[]>> = {
  unseen: ['up', 'failing', 'down'],
  up: ['up', 'failing', 'down'],
  failing: ['up', 'failing', 'down'],
  down: ['up', 'down', 'down'],
};

t.test('every state goes with every input where the table of the manual says', (t) => {
  for (const [state, row] of Object.entries(expected) as [SourceState, readonly SourceState[]][])
    t.same(
      inputs.map((input) => nextState(sourceMachine, state, input)),
      row,
      state,
    );
  t.end();
});
