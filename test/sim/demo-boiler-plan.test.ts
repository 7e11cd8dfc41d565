import t from 'tap';
import { parseBoilerFaults } from '../../modbus-sim/boiler/boiler-fault-file.ts';
import { PelletBoiler } from '../../modbus-sim/boiler/pellet-boiler.ts';
import { demoBoilerPlan } from '../../sim/demo-boiler-plan.ts';
import { minutesOf, phasesOf, sequenceOf } from '../modbus-sim/boiler/boiler-minutes.ts';

const combustion = 6;
const stop = 9;
const combustionToWatch = 11;

/** The phases of each minute since `npm start`. */
function phasesOfDemo(start: string, minutes: number): readonly number[] {
  const startMs = Date.parse(start);
  const boiler = new PelletBoiler({ seed: 1, startMs, faults: parseBoilerFaults(demoBoilerPlan(), startMs) });
  return phasesOf(minutesOf(boiler, { startMs, minutes }));
}

const hours = Array.from({ length: 12 }, (_, index) => String(index * 2).padStart(2, '0'));

for (const date of ['2026-01-15', '2026-04-15', '2026-07-15'])
  t.test(`who starts the demo at any hour of ${date} sees the boiler burn, go out and be lit again`, (t) => {
    for (const hour of hours) {
      const phases = phasesOfDemo(`${date}T${hour}:00:00Z`, 60);
      const said = `${hour}:00: ${sequenceOf(phases).join(' ')}`;
      t.same([...new Set(phases.slice(1, 8))], [combustion], `burns first, ${said}`);
      t.ok(phases.slice(0, 40).includes(stop), `is out within 40 minutes, ${said}`);
      t.ok(
        [combustion, combustionToWatch].includes(phases.at(-1) ?? 0),
        `burns again within the hour, ${said}`,
      );
    }
    t.end();
  });

t.test(
  'for the rest of the day it burns and holds in turn: water that stands still is a probe that is stuck',
  (t) => {
    for (const date of ['2026-01-15', '2026-07-15']) {
      const phases = phasesOfDemo(`${date}T10:00:00Z`, 24 * 60).slice(8 * 60);
      for (let from = 0; from + 120 <= phases.length; from += 60)
        t.same([...new Set(phases.slice(from, from + 120))].sort(), [6, 8], `${date}, from minute ${from}`);
    }
    t.end();
  },
);

t.test('by the end of the day its silo has been empty, and it has held its fire', (t) => {
  const day = sequenceOf(phasesOfDemo('2026-07-15T22:00:00Z', 24 * 60));
  for (const phase of [6, 7, 8, 9, 10, 11]) t.ok(day.includes(phase), `phase ${phase}: ${day.join(' ')}`);
  t.end();
});
