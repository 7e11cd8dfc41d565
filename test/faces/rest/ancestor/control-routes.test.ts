import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { ancestorBench } from './ancestor-bench.ts';

const set = (control: string, value: number) => ({
  id: 'device.set',
  input: { id: 'inverter', control, value, lease: '300s', source: 'user' },
});

t.test(
  'battery power has the sign of the house: what the earlier gateway calls charging is negative',
  async (t) => {
    const { ask, ran } = await ancestorBench(t);
    for (const [text, value] of [
      ['1500', -1_500],
      ['-1500', 1_500],
      ['0', 0],
    ] as const) {
      t.equal((await ask('POST', `/api/device/inverter/battery/power/${text}`, {})).status, 200);
      t.same(ran.at(-1), set('battery_power_w', value));
      t.ok(Object.is((ran.at(-1)?.input as { value: number }).value, value), 'no negative zero');
    }
  },
);

t.test('modes and limits are our own', async (t) => {
  const { ask, ran } = await ancestorBench(t);
  await ask('POST', '/api/device/inverter/mode/self_consumption');
  t.same(ran.at(-1), { id: 'device.mode', input: { id: 'inverter', mode: 'self-consumption' } });
  await ask('POST', '/api/device/inverter/grid/limit/4000', {});
  t.same(ran.at(-1), set('grid_export_limit_w', 4_000));
  await ask('POST', '/api/device/inverter/battery/limit/2000', {});
  t.same(ran.slice(-2), [set('battery_charge_limit_w', 2_000), set('battery_discharge_limit_w', 2_000)]);
});

t.test('of two limits both are set or none', async (t) => {
  const second = (input: unknown): unknown => {
    if ((input as { control: string }).control === 'battery_charge_limit_w') return {};
    throw new GatewayError('control_refused', 'it has no such control');
  };
  const { ask, ran } = await ancestorBench(t, { answers: { 'device.set': second } });
  const answer = await ask('POST', '/api/device/inverter/battery/limit/2000', {});
  t.match(answer, { status: 409, body: { status: 'error', message: 'it has no such control' } });
  t.match(ran.at(-1), { id: 'device.release', input: { control: 'battery_charge_limit_w' } });
});

t.test('what could not be taken back is told', async (t) => {
  const { ask } = await ancestorBench(t, {
    answers: {
      'device.set': (input) => {
        if ((input as { control: string }).control === 'battery_charge_limit_w') return {};
        throw new GatewayError('control_refused', 'it has no such control');
      },
      'device.release': () => {
        throw new GatewayError('device_timeout', 'it does not answer');
      },
    },
  });
  const answer = await ask('POST', '/api/device/inverter/battery/limit/2000', {});
  t.match(answer, {
    status: 502,
    body: { message: /it has no such control; and battery_charge_limit_w of inverter stays/ },
  });
});

t.test('a mode that allows more needs the right to it', async (t) => {
  const { ask, ran } = await ancestorBench(t, { granted: ['control'] });
  t.match(await ask('POST', '/api/device/inverter/grid/limit/4000', {}), { status: 200 });
  t.same(ran.at(-1), set('grid_export_limit_w', 4_000), 'the device is found without the right to read');
  t.match(await ask('DELETE', '/api/device', { id: 'inverter' }), { status: 403, type: /problem\+json/ });
});
