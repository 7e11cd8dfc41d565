import t from 'tap';
import { createDispatcher, type Dispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { scopes, type CommandCall, type Scope } from '../../../gateway/features/command.ts';
import { bindControlCommands } from '../../../gateway/features/control/control-commands.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import { ControlBench } from './control-bench.ts';

function callOf(granted: readonly Scope[], id = 'token:1'): CommandCall {
  return {
    principal: { kind: 'token', id, scopes: new Set(granted) },
    signal: new AbortController().signal,
    origin: 'local',
  };
}
const everything = callOf(scopes);
const inverter = { id: 'inverter', control: 'battery_power_w' };

async function ready(): Promise<{ bench: ControlBench; dispatcher: Dispatcher }> {
  const bench = new ControlBench();
  await bench.start();
  const dispatcher = createDispatcher(bindControlCommands({ control: bench.control }), {
    audit: { call: async (name, ...parameters) => callStore(bench.service, name, parameters) },
    clock: bench.clock,
    logger: silentLogger,
    checkOutput: true,
  });
  return { bench, dispatcher };
}

t.test('a person allows control, sets, looks, and releases', async (t) => {
  const { bench, dispatcher } = await ready();
  const ask = async (id: string, input: object, call = everything): Promise<unknown> =>
    await bench.ask(dispatcher.dispatch(id, input, call));
  t.match(await ask('device.controls', { id: 'inverter' }), {
    mode: 'read',
    deviceState: 'up',
    controls: [
      { control: 'battery_power_w', unit: 'W', min: -5_000, max: 5_000, state: 'idle', setPoint: null },
      {},
      {},
    ],
  });
  t.match(await ask('device.mode', { id: 'inverter', mode: 'control' }), { mode: 'control', notBack: [] });
  const set = await ask('device.set', { ...inverter, value: -1_500, lease: '90s' });
  t.match(set, { device: 'inverter', control: 'battery_power_w', value: -1_500, asked: -1_500 });
  const { leaseLeftMs } = set as { leaseLeftMs: number };
  t.ok(leaseLeftMs > 89_000 && leaseLeftMs <= 90_000, `${leaseLeftMs} ms of 90 s are left`);
  t.match(await ask('device.controls', { id: 'inverter' }), {
    controls: [
      {
        state: 'applied',
        setPoint: -1_500,
        claims: [{ source: 'user', principal: 'token:1', value: -1_500 }],
        writesUsed: 2,
        problem: null,
      },
      {},
      {},
    ],
  });
  t.match(await ask('device.release', inverter), { isBack: true });
  t.ok(bench.inverter.isBack);
  t.match(bench.service.listAuditLines({ beforeMs: Infinity, rowsMax: 1 }), [
    { action: 'device.release', principal: 'token:1', outcome: 'ok' },
  ]);
});

t.test('the scope control suffices to set and to allow less; to allow more it takes admin', async (t) => {
  const { bench, dispatcher } = await ready();
  const ask = async (id: string, input: object, granted: readonly Scope[]): Promise<unknown> =>
    await bench.ask(dispatcher.dispatch(id, input, callOf(granted)));
  await t.rejects(ask('device.set', { ...inverter, value: 0 }, ['read', 'admin']), { code: 'forbidden' });
  await t.rejects(ask('device.mode', { id: 'inverter', mode: 'control' }, ['control']), {
    code: 'forbidden',
    message: 'raising the mode from read to control needs the scope admin',
  });
  await ask('device.mode', { id: 'inverter', mode: 'control' }, ['control', 'admin']);
  await ask('device.set', { ...inverter, value: 0 }, ['control']);
  await ask('device.mode', { id: 'inverter', mode: 'self-consumption' }, ['control']);
  await ask('device.controls', { id: 'inverter' }, ['read']);
});

t.test('input that makes no sense is refused before it gets anywhere', async (t) => {
  const { bench, dispatcher } = await ready();
  await bench.allowControl();
  const wrong: readonly object[] = [
    { ...inverter },
    { ...inverter, value: 'much' },
    { ...inverter, value: null },
    { ...inverter, value: 1, lease: 'long' },
    { ...inverter, value: 1, lease: '1.5s' },
    { ...inverter, value: 1, source: 'sun' },
    { ...inverter, value: 1, extra: true },
  ];
  for (const input of wrong) {
    await t.rejects(dispatcher.dispatch('device.set', input, everything), { code: 'input_invalid' });
  }
  await t.rejects(
    bench.ask(dispatcher.dispatch('device.set', { ...inverter, value: 1, lease: '10m' }, everything)),
    {
      code: 'control_refused',
    },
  );
  t.same(bench.inverter.writes, []);
});
