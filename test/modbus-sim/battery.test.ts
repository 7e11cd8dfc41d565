import fc from 'fast-check';
import t from 'tap';
import { Battery } from '../../modbus-sim/battery.ts';

const options = {
  capacityWh: 5000,
  chargeWMax: 2500,
  dischargeWMax: 3000,
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.94,
  socMinPct: 10,
  socMaxPct: 98,
  socStartPct: 50,
};

t.test('whatever is wished, power and state of charge keep their limits and the energy adds up', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20_000, max: 20_000 }), { maxLength: 300 }), (wishes) => {
      const battery = new Battery(options);
      let expectedWh = battery.storedWh;
      for (const wishW of wishes) {
        const powerW = battery.feasibleW(wishW, 60);
        if (powerW > 3000 || powerW < -2500 || !Number.isInteger(powerW)) return false;
        if (powerW * wishW < 0 || Math.abs(powerW) > Math.abs(wishW)) return false;
        battery.apply(powerW, 60);
        expectedWh -= (powerW > 0 ? powerW / 0.94 : powerW * 0.95) / 60;
        if (battery.socPct < 10 - 1e-9 || battery.socPct > 98 + 1e-9) return false;
      }
      return Math.abs(battery.storedWh - expectedWh) < 1e-6;
    }),
  );
});

t.test('a full battery takes nothing, an empty one gives nothing', async (t) => {
  const battery = new Battery(options);
  for (let step = 0; step < 3000; step += 1) battery.apply(battery.feasibleW(-9000, 10), 10);
  t.ok(battery.socPct > 97.9, `full at ${battery.socPct}`);
  t.ok(battery.feasibleW(-9000, 10) > -60);
  for (let step = 0; step < 3000; step += 1) battery.apply(battery.feasibleW(9000, 10), 10);
  t.ok(battery.socPct < 10.1, `empty at ${battery.socPct}`);
  t.ok(battery.feasibleW(9000, 10) < 60);
});

t.test('a round trip loses what the efficiencies say', async (t) => {
  const battery = new Battery(options);
  const before = battery.storedWh;
  let chargedWs = 0;
  for (let step = 0; step < 100; step += 1) {
    const powerW = battery.feasibleW(-2000, 10);
    battery.apply(powerW, 10);
    chargedWs -= powerW * 10;
  }
  let givenWs = 0;
  while (battery.storedWh > before) {
    battery.apply(1000, 1);
    givenWs += 1000;
  }
  t.ok(Math.abs(givenWs / chargedWs - 0.95 * 0.94) < 0.002, `round trip ${givenWs / chargedWs}`);
});
