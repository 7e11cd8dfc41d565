import t from 'tap';
import { energySlotMs, type EnergyReading } from '../../gateway/core/energy-slot.ts';
import { powerEnergy } from '../../gateway/core/power-energy.ts';
import type { Quality } from '../../gateway/core/quality.ts';

const startMs = Date.UTC(2026, 2, 10);
const minuteMs = 60_000;

type Said = readonly [minute: number, watts: number, quality?: Quality];

function told(said: readonly Said[], last?: { atMs: number; value: number }): Record<string, number> {
  const readings = said.map(([minute, value, quality = 'good']): EnergyReading => ({
    atMs: startMs + minute * minuteMs,
    value,
    quality,
  }));
  const slot = powerEnergy(readings, { startMs, before: last === undefined ? {} : { last } });
  const wh = (mwh = 0): number => Math.round(mwh) / 1_000;
  return {
    wh: wh(slot.mwh),
    negativeWh: wh(slot.negativeMwh),
    minutes: slot.coveredMs / minuteMs,
    ...(slot.before && { beforeWh: wh(slot.before.mwh), beforeNegativeWh: wh(slot.before.negativeMwh) }),
  };
}

t.test('power is taken to run straight from one reading to the next', (t) => {
  t.same(
    told([
      [0, 600],
      [1, 600],
    ]),
    { wh: 10, negativeWh: 0, minutes: 1 },
  );
  t.same(
    told([
      [0, 0],
      [1, 600],
    ]),
    { wh: 5, negativeWh: 0, minutes: 1 },
  );
  t.same(
    told([
      [0, -600],
      [1, 0],
    ]),
    { wh: 0, negativeWh: 5, minutes: 1 },
  );
  t.end();
});

t.test('where it turns from one direction to the other, both get their part', (t) => {
  t.same(
    told([
      [0, 600],
      [4, -1_800],
    ]),
    { wh: 5, negativeWh: 45, minutes: 4 },
  );
  t.same(
    told([
      [0, -600],
      [4, 1_800],
    ]),
    { wh: 45, negativeWh: 5, minutes: 4 },
  );
  t.end();
});

t.test('many short steps of little power are not rounded away', (t) => {
  const second = 1 / 60;
  const said = Array.from({ length: 601 }, (_, index): Said => [index * second, 0.1]);
  t.same(told(said), { wh: 0.017, negativeWh: 0, minutes: 10 });
  t.end();
});

t.test('nothing is added over a gap, or beside a value that is not good', (t) => {
  t.same(
    told([
      [0, 600],
      [6, 600],
    ]),
    { wh: 0, negativeWh: 0, minutes: 0 },
  );
  for (const quality of ['suspect', 'missing', 'sensor_error'] as const) {
    const value = quality === 'suspect' ? 9_999 : NaN;
    t.same(
      told([
        [0, 600],
        [1, 600],
        [2, value, quality],
        [3, 600],
        [4, 600],
      ]),
      {
        wh: 20,
        negativeWh: 0,
        minutes: 2,
      },
    );
  }
  for (const value of [NaN, Infinity, -Infinity, 1e12])
    t.same(
      told([
        [0, 600],
        [1, value],
        [2, 600],
      ]),
      { wh: 0, negativeWh: 0, minutes: 0 },
    );
  t.same(
    told([
      [0, 600, 'estimated'],
      [1, 600],
    ]),
    { wh: 10, negativeWh: 0, minutes: 1 },
  );
  t.end();
});

t.test('a step over the start of the slot is shared where the line crosses it', (t) => {
  const last = { atMs: startMs - minuteMs, value: 1_200 };
  t.same(told([[1, -1_200]], last), {
    wh: 0,
    negativeWh: 10,
    minutes: 1,
    beforeWh: 10,
    beforeNegativeWh: 0,
  });
  t.end();
});

t.test('the last good value is where the next slot goes on', (t) => {
  const of = (said: readonly Said[]): unknown =>
    powerEnergy(
      said.map(([minute, value, quality = 'good']) => ({
        atMs: startMs + minute * minuteMs,
        value,
        quality,
      })),
      { startMs, before: {} },
    ).state;
  t.same(
    of([
      [1, 5],
      [14, 7],
    ]),
    { last: { atMs: startMs + 14 * minuteMs, value: 7 } },
  );
  t.same(
    of([
      [1, 5],
      [14, NaN, 'missing'],
    ]),
    {},
  );
  t.equal(energySlotMs, 15 * minuteMs);
  t.end();
});
