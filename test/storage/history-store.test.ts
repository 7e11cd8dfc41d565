import assert from 'node:assert/strict';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { HistoryHour, HistoryReport, RollupRow } from '../../gateway/storage/store-calls.ts';
import { countAll, energyOf, internEnergy, rules } from './energy-scratch.ts';
import { naiveEnergy } from './naive-energy.ts';
import { naiveRollup } from './naive-rollup.ts';
import { batchOf, openScratch, type Sample } from './scratch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 2, 10, 10, 30);
const rawMs = 7 * dayMs;
const retention = { rawMs, minuteMs: 30 * dayMs };
const [counter, power] = [1, 2];
const quantities = ['', 'grid_import_kwh', 'grid_power_w'];

/** Hour by hour, in the order of their times, as an import does it. */
function hoursOf(samples: readonly Sample[]): readonly HistoryHour[] {
  const hours = new Map<string, Sample[]>();
  for (const sample of [...samples].sort((left, right) => left[1] - right[1])) {
    const key = `${Math.floor(sample[1] / hourMs)} ${sample[0]}`;
    hours.set(key, [...(hours.get(key) ?? []), sample]);
  }
  return [...hours.values()].map((own) => ({
    device: 'meter',
    quantity: quantities[own[0]?.[0] ?? 0] ?? '',
    startMs: Math.floor((own[0]?.[1] ?? 0) / hourMs) * hourMs,
    atMs: Float64Array.from(own, ([, atMs]) => atMs),
    value: Float64Array.from(own, ([, , value]) => value),
  }));
}

function add(
  service: DatabaseService,
  samples: readonly Sample[],
  isDryRun = false,
): Omit<HistoryReport, 'differences'> {
  const sum = { added: 0, known: 0, differing: 0, tooOld: 0, tooNew: 0 };
  for (const hour of hoursOf(samples)) {
    const report = service.addHistory([hour], { rawFromMs: nowMs - rawMs, nowMs, isDryRun });
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += report[name];
  }
  return sum;
}

function rollUpAll(service: DatabaseService): void {
  while (service.rollUp(nowMs).remaining);
  countAll(service, nowMs);
}

function pruneAll(service: DatabaseService, kept = retention): void {
  while (service.prune(nowMs, kept).remaining);
}

function rowsOf(service: DatabaseService, series: number, resolution: '1m' | '1h' | '1d'): RollupRow[] {
  const query = { series, fromMs: 0, toMs: nowMs + dayMs, rowsMax: 100_000 };
  return [...service.rollupRange(query, resolution).rows];
}

/** A counter that counts what the power comes to, each minute or so, from so many days ago to so many. */
function samplesOf(fromMs: number, count: number, stepMs: number): Sample[] {
  const samples: Sample[] = [];
  for (let index = 0; index < count; index += 1) {
    const atMs = fromMs + index * stepMs;
    samples.push([counter, atMs, (atMs % (40 * dayMs)) / 1e6 / 8]);
    samples.push([power, atMs, 500 * Math.sin(index / 7)]);
  }
  return samples;
}

function isNear(left: number | null, right: number | null): boolean {
  return left === right || Math.abs((left ?? NaN) - (right ?? NaN)) < 1e-6 * (1 + Math.abs(left ?? 0));
}

function withoutMean(row: RollupRow): RollupRow {
  return { ...row, mean: null };
}

function assertAsNaive(t: Test, service: DatabaseService, samples: readonly Sample[], zone: string): void {
  for (const series of [counter, power]) {
    for (const resolution of ['1h', '1d'] as const) {
      const wanted = naiveRollup(samples, { series, resolution, zone });
      const rows = rowsOf(service, series, resolution);
      t.same(rows.map(withoutMean), wanted.map(withoutMean), `${resolution} of ${series}`);
      t.ok(rows.every(({ mean }, index) => isNear(mean, wanted[index]?.mean ?? null)));
    }
    const slots = energyOf(service, series);
    const wanted = naiveEnergy(samples, series, series === power ? 'power' : { rules });
    const wrong = [...wanted].filter(([at, { mwh }]) => !(Math.abs((slots.get(at)?.mwh ?? NaN) - mwh) < 3));
    t.same(wrong, [], `energy of ${series}`);
  }
}

t.test('hours, days and energy of years ago are as if they had been read then', (t) => {
  for (const zone of ['Europe/Paris', 'Asia/Kolkata']) {
    const service = openScratch(t.testdir({ [zone.slice(0, 4)]: {} }), zone);
    internEnergy(service);
    const old = samplesOf(nowMs - 35 * dayMs, 150, 20 * minuteMs);
    const recent = samplesOf(nowMs - 8 * dayMs, 2 * 24 * 2, 30 * minuteMs);
    const samples = [...old, ...recent];
    t.equal(add(service, samples).added, samples.length);
    rollUpAll(service);
    assertAsNaive(t, service, samples, zone);
    // A line of its own for what is there after all that is kept for a while has gone.
    pruneAll(service);
    assertAsNaive(t, service, samples, zone);
    t.match(add(service, samples), { added: 0, differing: 0, known: samples.length }, 'once more');
    assertAsNaive(t, service, samples, zone);
    service.close();
  }
  t.end();
});

t.test('readings that are still kept one by one are there one by one, and the older ones are not', (t) => {
  const service = openScratch(t.testdir());
  internEnergy(service);
  const samples = samplesOf(nowMs - 8 * dayMs, 2 * 24 * 6, 10 * minuteMs);
  add(service, samples);
  const { rows } = service.rawRange({ series: power, fromMs: 0, toMs: nowMs, rowsMax: 10_000 });
  const rawFromMs = Math.floor((nowMs - rawMs) / hourMs) * hourMs;
  const wanted = samples.filter(([series, atMs]) => series === power && atMs >= rawFromMs);
  t.same(
    rows.map(({ atMs, value }) => [power, atMs, value]),
    wanted,
  );
  t.ok(wanted.length > 0 && wanted.length < samples.length / 2);
  service.close();
  t.end();
});

t.test('what the gateway has read itself stands, and what is around it is filled in', (t) => {
  const service = openScratch(t.testdir());
  internEnergy(service);
  const live = samplesOf(nowMs - 20 * dayMs, 30, minuteMs);
  service.appendReadings({ bootId: 'a', sequence: 1 }, batchOf(live));
  rollUpAll(service);
  pruneAll(service);
  const fromMs = nowMs - 20 * dayMs - 10 * minuteMs;
  const other = samplesOf(fromMs, 60, minuteMs).map(([series, atMs, value]): Sample => [
    series,
    atMs,
    series === power ? value + 1 : value,
  ]);
  t.match(add(service, other), { added: 60, known: 30, differing: 30 });
  const rows = rowsOf(service, power, '1m');
  t.equal(rows.length, 60);
  const values = new Map([...other, ...live].map(([series, atMs, value]) => [`${series} ${atMs}`, value]));
  for (const { startMs, last } of rows)
    t.equal(last, values.get(`${power} ${startMs}`) ?? values.get(`${power} ${startMs + 30_000}`));
  service.close();
  t.end();
});

t.test('housekeeping and live readings in between change nothing', (t) => {
  const service = openScratch(t.testdir());
  internEnergy(service);
  const live = samplesOf(nowMs - 30 * minuteMs, 20, minuteMs);
  const history = samplesOf(nowMs - 8 * dayMs, 2 * 24, 60 * minuteMs);
  for (const [index, hour] of hoursOf(history).entries()) {
    service.addHistory([hour], { rawFromMs: nowMs - rawMs, nowMs, isDryRun: false });
    const own = live.slice(index, index + 1);
    if (own.length > 0) service.appendReadings({ bootId: 'a', sequence: index + 1 }, batchOf(own));
    if (index % 7 === 0) rollUpAll(service);
    if (index % 5 === 0) while (service.packReadings(nowMs).remaining);
    if (index % 3 === 0) pruneAll(service);
  }
  rollUpAll(service);
  assertAsNaive(t, service, [...history, ...live], 'Europe/Paris');
  t.match(add(service, history), { added: 0, known: history.length });
  service.close();
  t.end();
});

t.test('a counter goes on from history to what was read before that came', (t) => {
  const service = openScratch(t.testdir());
  internEnergy(service);
  const live = samplesOf(nowMs - 6 * dayMs, 10, 10 * minuteMs);
  service.appendReadings({ bootId: 'a', sequence: 1 }, batchOf(live));
  rollUpAll(service);
  const history = samplesOf(nowMs - 8 * dayMs, 10, 10 * minuteMs);
  add(service, history);
  rollUpAll(service);
  assertAsNaive(t, service, [...history, ...live], 'Europe/Paris');
  service.close();
  t.end();
});

t.test('readings that wait to be rolled up are not passed over', (t) => {
  const service = openScratch(t.testdir());
  internEnergy(service);
  const live = samplesOf(nowMs - 9 * dayMs, 20, minuteMs);
  service.appendReadings({ bootId: 'a', sequence: 1 }, batchOf(live));
  const old = samplesOf(nowMs - 12 * dayMs, 20, minuteMs);
  t.equal(add(service, old).added, old.length);
  assertAsNaive(t, service, [...old, ...live], 'Europe/Paris');
  rollUpAll(service);
  pruneAll(service);
  assertAsNaive(t, service, [...old, ...live], 'Europe/Paris');
  service.close();
  t.end();
});

t.test('a dry run says what the run does, and leaves no trace', (t) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          hour: fc.integer({ min: -24 * 40, max: 3 }),
          minute: fc.integer({ min: 0, max: 59 }),
          value: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      fc.boolean(),
      (picked, isNew) => {
        const service = openScratch(t.testdir());
        if (!isNew) internEnergy(service);
        const samples = new Map(
          picked.map(({ hour, minute, value }): [number, Sample] => {
            const atMs = Math.floor(nowMs / hourMs) * hourMs + hour * hourMs + minute * minuteMs;
            return [atMs, [power, atMs, value]];
          }),
        );
        const [first, ...rest] = [...samples.values()];
        const others = [...rest, ...(first === undefined ? [] : [[power, first[1], 7] as const])];
        for (const part of [rest, others]) {
          const before = [service.listSeries(), service.databaseStatus().commits];
          const said = add(service, part, true);
          t.same([service.listSeries(), service.databaseStatus().commits], before);
          t.same(add(service, part), said);
        }
        const sum = add(service, others);
        t.equal(sum.added, 0, 'all is there');
        t.equal(sum.known + sum.differing + sum.tooNew, others.length);
        service.close();
      },
    ),
    { numRuns: 5 },
  );
  t.end();
});

t.test('what comes from beyond the retention of hours, or from the future, is not taken', (t) => {
  const service = openScratch(t.testdir());
  internEnergy(service);
  service.appendReadings({ bootId: 'a', sequence: 1 }, batchOf(samplesOf(nowMs - 300 * dayMs, 3, minuteMs)));
  rollUpAll(service);
  pruneAll(service, { ...retention, hourMs: 100 * dayMs } as typeof retention);
  t.match(add(service, samplesOf(nowMs - 350 * dayMs, 5, minuteMs)), { added: 0, tooOld: 10 });
  t.match(add(service, samplesOf(nowMs - minuteMs, 4, minuteMs)), { added: 4, tooNew: 4 });
  service.close();
  t.end();
});

t.test('an hour that is not one is refused, and nothing of its call is stored', (t) => {
  const service = openScratch(t.testdir());
  const [good] = hoursOf([[power, nowMs - 90 * dayMs, 1]]);
  assert(good !== undefined);
  const { startMs } = good;
  const times = (...given: number[]): Partial<HistoryHour> => ({
    atMs: Float64Array.from(given),
    value: new Float64Array(given.length),
  });
  const table: readonly Partial<HistoryHour>[] = [
    { device: '' },
    { quantity: '' },
    { startMs: startMs + 1 },
    { startMs: NaN },
    { value: new Float64Array(2) },
    { value: Float64Array.of(NaN) },
    times(),
    times(startMs - 1),
    times(startMs + hourMs),
    times(startMs + 0.5),
    times(startMs + 2, startMs + 1),
    times(startMs + 1, startMs + 1),
    times(...Array.from({ length: limits.historyReadingsMax + 1 }, (_, index) => startMs + index)),
  ];
  for (const wrong of table) {
    const options = { rawFromMs: nowMs - rawMs, nowMs, isDryRun: false };
    t.throws(() => service.addHistory([good, { ...good, ...wrong }], options), { code: 'input_invalid' });
  }
  t.throws(() => service.addHistory([], { rawFromMs: 0, nowMs, isDryRun: false }), { code: 'input_invalid' });
  t.same(service.listSeries(), []);
  service.close();
  t.end();
});
