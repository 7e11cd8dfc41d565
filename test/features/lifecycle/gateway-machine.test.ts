import t from 'tap';
import { nextState, type TransitionTable } from '../../../gateway/engine/state-machine.ts';
import {
  healthMachine,
  lifeMachine,
  linkMachine,
} from '../../../gateway/features/lifecycle/gateway-machine.ts';

/** Every cell of a machine: the inputs, then for each state where they lead. */
interface FullTable {
  readonly name: string;
  readonly machine: TransitionTable<string, string>;
  readonly inputs: readonly string[];
  readonly rows: readonly (readonly [string, ...string[]])[];
}

const tables: readonly FullTable[] = [
  {
    name: 'life',
    machine: lifeMachine,
    inputs: ['booted', 'update_began', 'update_ended', 'stop'],
    rows: [
      ['booting', 'running', 'booting', 'booting', 'stopping'],
      ['running', 'running', 'updating', 'running', 'stopping'],
      ['updating', 'updating', 'updating', 'running', 'stopping'],
      ['stopping', 'stopping', 'stopping', 'stopping', 'stopping'],
    ],
  },
  {
    name: 'link',
    machine: linkMachine,
    inputs: ['no_uplink', 'provisioned', 'connected', 'disconnected'],
    rows: [
      ['unprovisioned', 'none', 'connecting', 'unprovisioned', 'unprovisioned'],
      ['none', 'none', 'connecting', 'none', 'none'],
      ['connecting', 'none', 'connecting', 'online', 'offline'],
      ['online', 'none', 'online', 'online', 'offline'],
      ['offline', 'none', 'offline', 'online', 'offline'],
    ],
  },
  {
    name: 'health',
    machine: healthMachine,
    inputs: ['breached', 'held'],
    rows: [
      ['normal', 'degraded', 'normal'],
      ['degraded', 'degraded', 'normal'],
    ],
  },
];

for (const { name, machine, inputs, rows } of tables) {
  t.test(`every cell of ${name} leads where its table says`, async (t) => {
    t.same(rows.map(([state]) => state).sort(), Object.keys(machine).sort(), 'the table has every state');
    for (const [state, ...targets] of rows) {
      inputs.forEach((input, index) => {
        t.equal(nextState(machine, state, input), targets[index], `${state} and ${input}`);
      });
    }
  });
}
