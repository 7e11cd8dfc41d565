import t from 'tap';
import { taskPriorities } from '../../../gateway/engine/task.ts';
import {
  healthMachine,
  lifeMachine,
  linkMachine,
} from '../../../gateway/features/lifecycle/gateway-machine.ts';
import { taskPolicy, type GatewayStates } from '../../../gateway/features/lifecycle/task-policy.ts';

const well: GatewayStates = { life: 'running', link: 'online', health: 'normal' };

t.test('when all is well every task runs at its own priority', async (t) => {
  for (const priority of taskPriorities) {
    t.equal(taskPolicy(well)({ group: 'any', priority }), priority);
    t.equal(taskPolicy(well)({ group: 'uplink', priority }), priority);
  }
});

t.test(
  'a degraded gateway runs safety, control, acquire and store, in every life and with every link',
  async (t) => {
    for (const life of Object.keys(lifeMachine) as GatewayStates['life'][]) {
      for (const link of Object.keys(linkMachine) as GatewayStates['link'][]) {
        const policy = taskPolicy({ life, link, health: 'degraded' });
        const running = taskPriorities.filter(
          (priority) => policy({ group: 'any', priority }) !== 'suspended',
        );
        const expected =
          life === 'updating' ? ['safety', 'acquire', 'store'] : ['safety', 'control', 'acquire', 'store'];
        t.same(running, expected, `${life} ${link}`);
      }
    }
  },
);

t.test('an update starts nothing that cannot be cut', async (t) => {
  for (const health of Object.keys(healthMachine) as GatewayStates['health'][]) {
    const policy = taskPolicy({ ...well, life: 'updating', health });
    t.equal(policy({ group: 'control', priority: 'control' }), 'suspended');
    t.equal(policy({ group: 'harvest', priority: 'acquire' }), 'acquire');
  }
});

t.test('nothing is published without a cloud, and an offline link is probed last', async (t) => {
  const uplink = { group: 'uplink', priority: 'publish' } as const;
  for (const link of ['none', 'unprovisioned'] as const) {
    t.equal(taskPolicy({ ...well, link })(uplink), 'suspended', link);
    t.equal(
      taskPolicy({ ...well, link })({ group: 'harvest', priority: 'acquire' }),
      'acquire',
      'a home without a cloud is well',
    );
  }
  t.equal(taskPolicy({ ...well, link: 'offline' })(uplink), 'housekeeping');
  t.equal(taskPolicy({ ...well, link: 'connecting' })(uplink), 'publish');
});
