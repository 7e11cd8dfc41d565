import { deepStrictEqual as same } from 'node:assert';
import { mkdirSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { localDay } from '../../gateway/core/calendar.ts';
import { gridFloor } from '../../gateway/core/interval.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { LevelRetention, Retention } from '../../gateway/storage/store-calls.ts';
import { naiveRollup } from './naive-rollup.ts';
import '../property-seed.ts';
import { batchOf, everything, openScratch, packAll, rollUpAll, startMs, type Sample } from './scratch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const zone = 'Europe/Paris';
/** By series, from 1 on. Voltages are in no flow of energy, which would hold readings back. */
const devices = ['boiler', 'boiler/28-00000a69bebf', 'meter', 'roof'];

function open(directory: string): DatabaseService {
  const service = openScratch(directory, zone);
  service.internSeries(
    devices.map((device, index) => ({
      device,
      quantity: index === 1 ? 'grid_voltage_l2_v' : 'grid_voltage_l1_v',
    })),
  );
  return service;
}

function pruneAll(service: DatabaseService, nowMs: number, retention: Retention): number {
  let rowsMax = 0;
  for (let remaining = true; remaining;) {
    const step = service.prune(nowMs, retention);
    rowsMax = Math.max(rowsMax, step.rows);
    remaining = step.remaining;
  }
  return rowsMax;
}

const rawTimes = (service: DatabaseService, series: number): number[] =>
  service.rawRange(everything(series)).rows.map(({ atMs }) => atMs);

t.test('a device that is named is kept as it says, its parts too, and the others as they were', (t) => {
  const service = open(t.testdir());
  t.teardown(() => service.close());
  const endMs = startMs + 60 * dayMs;
  let sequence = 0;
  for (let dayStartMs = startMs; dayStartMs < endMs; dayStartMs += dayMs) {
    const samples = devices.flatMap((_, index) =>
      Array.from({ length: 24 }, (__, hour): Sample => [index + 1, dayStartMs + hour * hourMs, hour]),
    );
    sequence += 1;
    service.appendReadings({ bootId: 'boot', sequence }, batchOf(samples));
  }
  rollUpAll(service, endMs + 2 * dayMs);
  packAll(service, endMs);
  const hours = devices.map((_, index) => service.rollupRange(everything(index + 1), '1h').rows);
  pruneAll(service, endMs, {
    rawMs: 7 * dayMs,
    minuteMs: 50 * dayMs,
    devices: { boiler: { rawMs: 5 * hourMs, minuteMs: 35 * dayMs }, roof: { rawMs: 40 * dayMs } },
  });
  t.same(
    devices.map((_, index) => (endMs - (rawTimes(service, index + 1)[0] ?? 0)) / hourMs),
    [5, 5, 7 * 24, 40 * 24],
  );
  const oldestDay = (series: number): number =>
    Math.round((endMs - (service.rollupRange(everything(series), '1m').rows[0]?.startMs ?? 0)) / dayMs);
  t.same([1, 2, 3, 4].map(oldestDay), [35, 35, 50, 50]);
  t.same(
    devices.map((_, index) => service.rollupRange(everything(index + 1), '1h').rows),
    hours,
  );
  const kept = 5 + 5 + 7 * 24 + 40 * 24;
  t.match(service.account(), { packed: kept, pruned: 60 * 24 * 4 - kept, missing: 0 });
  // Nobody is named any more: what was kept longer goes as the rest.
  pruneAll(service, endMs, { rawMs: 7 * dayMs });
  t.equal((endMs - (rawTimes(service, 4)[0] ?? 0)) / hourMs, 7 * 24);
  t.end();
});

t.test('a step deletes a bounded number of rows, and what was done is not looked at again', (t) => {
  const service = openScratch(t.testdir(), zone);
  t.teardown(() => service.close());
  service.internSeries(
    Array.from({ length: 40 }, (_, index) => ({
      device: index < 20 ? 'boiler' : 'meter',
      quantity: `quantity_${index}` as 'grid_voltage_l1_v',
    })),
  );
  const count = 600;
  for (let window = 0; window < count; window += 1) {
    const samples = Array.from({ length: 40 }, (_, index): Sample => [
      index + 1,
      startMs + window * 5 * minuteMs,
      window,
    ]);
    service.appendReadings({ bootId: 'boot', sequence: window + 1 }, batchOf(samples));
  }
  const nowMs = startMs + 100 * dayMs;
  rollUpAll(service, nowMs);
  packAll(service, nowMs);
  const retention = { rawMs: 99 * dayMs, devices: { boiler: { rawMs: 5 * hourMs } } };
  const rowsMax = pruneAll(service, nowMs, retention);
  t.ok(rowsMax > 1_000 && rowsMax <= 5_000 + 40, `${rowsMax} rows at once`);
  t.match(service.account(), { pruned: count * 20 + 288 * 20 });
  t.same(service.prune(nowMs, retention), { rows: 0, remaining: false }, 'at once');
  t.end();
});

const level = (choices: readonly number[], unitMs: number): fc.Arbitrary<number> =>
  fc.constantFrom(...choices).map((count) => count * unitMs);
const levels: fc.Arbitrary<LevelRetention> = fc.record(
  { rawMs: level([5, 26, 100], hourMs), minuteMs: level([3, 6, 12], dayMs), hourMs: level([8, 15], dayMs) },
  { requiredKeys: ['rawMs'] },
);
const retention: fc.Arbitrary<Retention> = fc
  .record({
    all: levels,
    named: fc.dictionary(fc.constantFrom('boiler', 'roof', 'gone'), levels, { maxKeys: 2 }),
  })
  .map(({ all, named }) => (Object.keys(named).length === 0 ? all : { ...all, devices: named }));
const step = fc.record({
  hours: fc.integer({ min: 1, max: 40 }),
  readings: fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: devices.length }),
      fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 20 * 24 * 60 })),
      fc.integer({ min: -50, max: 50 }),
    ),
    { minLength: 1, maxLength: 12 },
  ),
  change: fc.option(retention, { freq: 3 }),
  restarts: fc.boolean(),
});

t.test('whatever is named when, each series has what a naive pruning leaves it', (t) => {
  let run = 0;
  const folder = t.testdir();
  fc.assert(
    fc.property(retention, fc.array(step, { minLength: 1, maxLength: 8 }), (first, steps) => {
      run += 1;
      const model = new Model();
      const directory = `${folder}/${run}`;
      mkdirSync(directory);
      let service = open(directory);
      let current = first;
      let nowMs = startMs + 21 * dayMs;
      for (const [index, { hours, readings, change, restarts }] of steps.entries()) {
        nowMs += hours * hourMs;
        if (change !== null) current = change;
        const samples = readings.map(([series, minutesAgo, value]): Sample => [
          series,
          gridFloor(nowMs - minutesAgo * minuteMs, minuteMs) + index,
          value,
        ]);
        service.appendReadings({ bootId: `boot-${run}`, sequence: index + 1 }, batchOf(samples));
        model.add(samples);
        rollUpAll(service, nowMs);
        packAll(service, nowMs);
        pruneAll(service, nowMs, current);
        model.prune(nowMs, current);
        if (restarts) {
          service.close();
          service = open(directory);
        }
        model.check(service);
      }
      service.close();
    }),
    { numRuns: 8 },
  );
  t.pass(`${run} runs`);
  t.end();
});

/** All that ever was, and up to where each level of each series may be gone, and must be. */
class Model {
  readonly #all: Sample[] = [];
  #raw: Sample[] = [];
  readonly #minutesFromMs = devices.map(() => 0);
  readonly #hoursFromMs = devices.map(() => 0);
  readonly #cutMs = devices.map(() => ({ '1m': 0, '1h': 0, '1d': 0 }));

  add(samples: readonly Sample[]): void {
    this.#all.push(...samples);
    this.#raw.push(...samples);
  }

  prune(nowMs: number, { devices: named = {}, ...others }: Retention): void {
    for (const [index, device] of devices.entries()) {
      const {
        rawMs = Infinity,
        minuteMs = Infinity,
        hourMs: hoursMs = Infinity,
      } = {
        ...others,
        ...named[device.split('/')[0] ?? ''],
      };
      const rawFromMs = gridFloor(nowMs - rawMs, hourMs);
      this.#raw = this.#raw.filter(([series, atMs]) => series !== index + 1 || atMs >= rawFromMs);
      const cutMs = (keptMs: number): number =>
        keptMs === Infinity ? 0 : gridFloor(localDay(zone, nowMs - keptMs).startMs, hourMs);
      this.#cutMs[index] = { '1m': cutMs(minuteMs), '1h': cutMs(hoursMs), '1d': 0 };
      this.#minutesFromMs[index] = Math.max(this.#minutesFromMs[index] ?? 0, cutMs(minuteMs));
      this.#hoursFromMs[index] = Math.max(this.#hoursFromMs[index] ?? 0, cutMs(hoursMs));
    }
  }

  check(service: DatabaseService): void {
    for (const [index] of devices.entries()) {
      const series = index + 1;
      const raw = this.#raw.filter((sample) => sample[0] === series).map((sample) => sample[1]);
      same(
        rawTimes(service, series),
        raw.toSorted((left, right) => left - right),
      );
      for (const [resolution, fromMs] of [
        ['1m', this.#minutesFromMs[index] ?? 0],
        ['1h', this.#hoursFromMs[index] ?? 0],
        ['1d', 0],
      ] as const) {
        const windows = naiveRollup(this.#all, { series, resolution, zone });
        const rows = service.rollupRange(everything(series), resolution).rows;
        same(
          rows.filter((row) => row.startMs >= fromMs),
          windows.filter((row) => row.startMs >= fromMs),
        );
        const cutMs = this.#cutMs[index]?.[resolution] ?? 0;
        same(
          rows.filter((row) => row.startMs < cutMs),
          [],
        );
      }
    }
  }
}
