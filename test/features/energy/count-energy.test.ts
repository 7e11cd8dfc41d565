import t from 'tap';
import type { CounterRules } from '../../../gateway/core/counter.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { countEnergy } from '../../../gateway/features/energy/count-energy.ts';
import { ManualTime } from '../../faces/manual-time.ts';

const meter = { device: 'meter', quantity: 'grid_import_kwh' };

/** The task over a store that notes its calls; each counting leaves one slot less. */
function bench() {
  const series = [
    { id: 1, ...meter },
    { id: 2, device: 'meter', quantity: 'grid_power_w' },
    { id: 3, device: 'old', quantity: 'pv_energy_kwh' },
    { id: 4, device: 'meter', quantity: 'inverter_energy_kwh' },
  ];
  const noted: unknown[] = [];
  const state: { rules: CounterRules; slots: number; failure: Error | undefined } = {
    rules: { resolution: 0.1, perHourMax: 1_000 },
    slots: 3,
    failure: undefined,
  };
  const answers: Record<string, (argument: unknown) => unknown> = {
    listSeries: () => series,
    declareCounters: (declared) => {
      if (state.failure !== undefined) throw state.failure;
      noted.push(declared);
      return undefined;
    },
    countEnergy: () => ({ slots: 1, remaining: (state.slots -= 1) > 0 }),
  };
  const time = new ManualTime();
  const task = countEnergy({
    clock: time,
    store: { call: async (name, ...parameters) => answers[name]?.(parameters[0]) as never },
    rulesOf: (device, quantity) =>
      device === 'meter' && quantity === 'grid_import_kwh' ? state.rules : undefined,
  });
  const run = async (): Promise<void> => {
    const signal = new AbortController().signal;
    await task.run({ signal } as Parameters<typeof task.run>[0]);
  };
  return { noted, state, run };
}

t.test('counters of flows are declared once, and again when their rules are others', async (t) => {
  const { noted, state, run } = bench();
  await run();
  await run();
  t.same(noted, [[{ series: 1, rules: state.rules }]]);
  state.rules = { ...state.rules, modulus: 6_553.6 };
  await run();
  t.same(noted.slice(1), [[{ series: 1, rules: state.rules }]]);
});

t.test('what could not be declared is declared the next time, before anything is counted', async (t) => {
  const { noted, state, run } = bench();
  state.failure = new GatewayError('storage_failed', 'the disk is full');
  await t.rejects(run(), { code: 'storage_failed' });
  t.equal(state.slots, 3);
  state.failure = undefined;
  await run();
  t.equal(noted.length, 1);
});

t.test('it counts until nothing remains', async (t) => {
  const { state, run } = bench();
  await run();
  t.equal(state.slots, 0);
});
