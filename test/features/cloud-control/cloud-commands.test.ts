import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher, type Dispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { bindCloudCommands } from '../../../gateway/features/cloud-control/cloud-commands.ts';
import { scopes, type CommandCall } from '../../../gateway/features/command.ts';
import { CloudBench, gatewayId, root } from './cloud-bench.ts';

function callOf(kind: 'local' | 'token' | 'cloud'): CommandCall {
  const principal = { kind, id: kind, scopes: new Set(scopes) };
  return { principal, origin: 'local', signal: new AbortController().signal };
}

function dispatcherOf({ time, store, cloud }: CloudBench, isConfigured = true): Dispatcher {
  const ports = { cloud: isConfigured ? cloud.facts : undefined, gatewayId, store };
  const parts = { audit: store, clock: time, logger: silentLogger, checkOutput: true };
  return createDispatcher(bindCloudCommands(ports), parts);
}

t.test('the owner switches the cloud off and on, and the cloud does not', async (t) => {
  const bench = await CloudBench.started();
  const { dispatch } = dispatcherOf(bench);
  for (const kind of ['local', 'token'] as const) {
    t.match(await dispatch('cloud.off', {}, callOf(kind)), { control: 'off' });
    t.match(await dispatch('cloud.on', {}, callOf(kind)), { control: 'on' });
  }
  for (const id of ['cloud.off', 'cloud.on']) {
    await t.rejects(dispatch(id, {}, callOf('cloud')), { code: 'forbidden' });
  }
  t.same(await dispatch('cloud.show', {}, callOf('cloud')), {
    control: 'on',
    gatewayId,
    rootKey: root.publicKey,
    issuers: 1,
    refused: 0,
    ignored: 0,
  });
});

t.test('what was told and who may tell is shown', async (t) => {
  const bench = await CloudBench.started();
  const { dispatch } = dispatcherOf(bench);
  await bench.hear(bench.command({ seq: 3 }));
  t.match(await dispatch('cloud.list', { limit: 10 }, callOf('local')), {
    commands: [{ issuer: 'ops-1', seq: 3, state: 'done', result: /"said":"a by/ }],
  });
  t.match(await dispatch('cloud.delegations', {}, callOf('local')), {
    delegations: [{ issuer: 'ops-1', purposes: ['command', 'ack'], scopes: ['read', 'control'] }],
  });
});

t.test('without a root key there is no cloud', async (t) => {
  const { dispatch } = dispatcherOf(await CloudBench.started(), false);
  t.match(await dispatch('cloud.show', {}, callOf('local')), { control: 'none', rootKey: null });
  t.same(await dispatch('cloud.delegations', {}, callOf('local')), { delegations: [] });
  for (const id of ['cloud.off', 'cloud.on']) {
    await t.rejects(dispatch(id, {}, callOf('local')), { code: 'not_found', hint: /cloud.rootKey/ });
  }
});
