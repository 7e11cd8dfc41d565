import fc from 'fast-check';
import t from 'tap';
import { SimulatedHome, stepMs } from '../../modbus-sim/home.ts';
import type { HomeTruth } from '../../modbus-sim/home.ts';

const dayMs = 86_400_000;
const juneMs = Date.parse('2026-06-20T23:00:00Z');
const decemberMs = Date.parse('2026-12-20T23:00:00Z');

function liveDay(home: SimulatedHome, everyMs = stepMs): HomeTruth[] {
  const startMs = home.atMs;
  return Array.from({ length: dayMs / everyMs }, (_, index) => {
    home.advanceTo(startMs + index * everyMs);
    return home.truth();
  });
}

t.test('the state does not depend on how the home was brought there', async () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.array(fc.integer({ min: 0, max: 7_200_000 }), { minLength: 1, maxLength: 40 }),
      (seed, offsets) => {
        const wandering = new SimulatedHome({ seed, startMs: juneMs + 36_000_123 });
        for (const offset of offsets) wandering.advanceTo(juneMs + 36_000_000 + offset);
        const straight = new SimulatedHome({ seed, startMs: juneMs + 36_000_123 });
        straight.advanceTo(juneMs + 36_000_000 + Math.max(...offsets));
        return JSON.stringify(wandering.state()) === JSON.stringify(straight.state());
      },
    ),
    { numRuns: 40 },
  );
});

t.test('the same seed gives the same day, another seed another', async (t) => {
  const day = (seed: number): string =>
    JSON.stringify(liveDay(new SimulatedHome({ seed, startMs: juneMs }), 600_000));
  t.equal(day(7), day(7));
  t.not(day(7), day(8));
});

t.test('every power balance holds to the watt, in every step of a summer and a winter day', async (t) => {
  let steps = 0;
  for (const startMs of [juneMs, decemberMs]) {
    for (const now of liveDay(new SimulatedHome({ seed: 11, startMs }))) {
      const isBalanced =
        now.gridW === now.loadW - now.hybridAcW - now.pv2W &&
        now.hybridAcW === now.pv1W + now.batteryW - now.hybridLossW &&
        now.gridW === now.gridPhaseW[0] + now.gridPhaseW[1] + now.gridPhaseW[2] &&
        now.pv2W <= now.pv2DcW &&
        [now.gridW, now.pv1W, now.pv2W, now.batteryW].every((powerW) => Number.isInteger(powerW));
      if (!isBalanced) t.fail('out of balance', now);
      steps += 1;
    }
  }
  t.equal(steps, 2 * 8640);
});

t.test('energies are the sums of the powers, never fall, and balance over a day', async (t) => {
  const home = new SimulatedHome({ seed: 3, startMs: juneMs });
  const first = home.truth();
  const day = liveDay(home);
  const last = day.at(-1) ?? first;
  const sumWh = (power: (now: HomeTruth) => number): number =>
    day.slice(0, -1).reduce((total, now) => total + (power(now) * stepMs) / 1000, 0) / 3600;
  const near = (found: number, wanted: number): boolean => Math.abs(found - wanted) < 1e-6;

  t.ok(
    near(
      last.importWh - first.importWh,
      sumWh((now) => Math.max(0, now.gridW)),
    ),
    'import',
  );
  t.ok(
    near(
      last.exportWh - first.exportWh,
      sumWh((now) => Math.max(0, -now.gridW)),
    ),
    'export',
  );
  t.ok(
    near(
      last.pv1Wh - first.pv1Wh,
      sumWh((now) => now.pv1W),
    ),
    'array 1',
  );
  t.ok(
    near(
      last.pv2Wh - first.pv2Wh,
      sumWh((now) => now.pv2W),
    ),
    'array 2',
  );
  t.ok(
    near(
      last.chargeWh - first.chargeWh,
      sumWh((now) => Math.max(0, -now.batteryW)),
    ),
    'charge',
  );
  t.ok(
    near(
      last.loadWh - first.loadWh,
      sumWh((now) => now.loadW),
    ),
    'load',
  );
  const { chargeEfficiency, dischargeEfficiency } = home.battery.options;
  const storedWh =
    (last.chargeWh - first.chargeWh) * chargeEfficiency -
    (last.dischargeWh - first.dischargeWh) / dischargeEfficiency;
  t.ok(near(last.storedWh - first.storedWh, storedWh), 'stored');

  const state = home.state();
  const { pv1Ws, pv1ToBatteryWs, pv1ToGridWs, pv1ToHouseWs } = state.energy;
  t.equal(pv1Ws, pv1ToBatteryWs + pv1ToGridWs + pv1ToHouseWs, 'the uses of array 1 add up');
  for (const [index, now] of day.entries()) {
    const before = day[index - 1] ?? first;
    const hasFallen = (['importWh', 'exportWh', 'pv1Wh', 'pv2Wh', 'chargeWh', 'dischargeWh'] as const).some(
      (key) => now[key] < before[key],
    );
    if (hasFallen) t.fail('a counter fell', { before, now });
  }
});

t.test('there is no sun power at night, and less in winter than in summer', async (t) => {
  const yieldWh = (startMs: number, seed: number): number => {
    const home = new SimulatedHome({ seed, startMs });
    const before = home.truth();
    home.advanceTo(startMs + dayMs);
    return home.truth().pv1Wh - before.pv1Wh + home.truth().pv2Wh - before.pv2Wh;
  };
  const mean = (startMs: number): number =>
    Array.from({ length: 8 }, (_, seed) => yieldWh(startMs, seed)).reduce((a, b) => a + b, 0) / 8;
  const summerWh = mean(juneMs);
  const winterWh = mean(decemberMs);
  t.ok(summerWh > 2 * winterWh, `summer ${summerWh}, winter ${winterWh}`);
  t.ok(summerWh > 40_000 && summerWh < 100_000, `13 kWp give ${summerWh} Wh on a summer day`);

  const home = new SimulatedHome({ seed: 1, startMs: Date.parse('2026-06-20T21:30:00Z') });
  for (let minute = 0; minute < 300; minute += 1) {
    home.advanceTo(home.atMs + 60_000);
    if (home.truth().pv1W + home.truth().pv2W !== 0) t.fail('sun power at night', home.truth());
  }
});

t.test('the battery keeps its limits, is used, and the house looks lived in', async (t) => {
  const home = new SimulatedHome({ seed: 7, startMs: Date.parse('2026-04-10T22:00:00Z') });
  const days = [...liveDay(home), ...liveDay(home)];
  const soc = days.map((now) => now.batterySocPct);
  t.ok(Math.min(...soc) >= 5 - 1e-9 && Math.max(...soc) <= 100 + 1e-9);
  t.ok(Math.max(...soc) - Math.min(...soc) > 30, 'the battery is cycled');
  t.ok(days.every((now) => Math.abs(now.batteryW) <= 5000));
  const loads = days.map((now) => now.loadW);
  t.ok(Math.min(...loads) > 60 && Math.min(...loads) < 260, `base ${Math.min(...loads)}`);
  t.ok(Math.max(...loads) > 2200, `peak ${Math.max(...loads)}`);
  const volts = days.flatMap((now) => now.phaseVoltageV);
  t.ok(Math.min(...volts) > 215 && Math.max(...volts) < 250);
  t.ok(days.every((now) => Math.abs(now.frequencyHz - 50) < 0.1));
});

t.test('with sun and room in the battery hardly anything is exchanged with the street', async (t) => {
  const home = new SimulatedHome({ seed: 7, startMs: Date.parse('2026-06-20T22:00:00Z') });
  const regulated = liveDay(home).filter(
    (now) => now.batterySocPct > 10 && now.batterySocPct < 90 && Math.abs(now.batteryW) < 4900,
  );
  const quiet = regulated.filter((now) => Math.abs(now.gridW) < 100);
  t.ok(regulated.length > 1000);
  t.ok(quiet.length / regulated.length > 0.9, `${quiet.length} of ${regulated.length}`);
});

t.test('a remembered moment is recalled as it was', async (t) => {
  const home = new SimulatedHome({ seed: 2, startMs: juneMs });
  home.remember(juneMs + 3_605_000);
  const twin = new SimulatedHome({ seed: 2, startMs: juneMs });
  twin.advanceTo(juneMs + 3_605_000);
  home.advanceTo(juneMs + dayMs);
  t.same(home.recall(juneMs + 3_605_000), twin.state());
  t.throws(() => home.recall(juneMs + 7_200_000), 'a moment not asked for is a mistake of the caller');
});
