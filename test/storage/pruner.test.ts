import t from 'tap';
import type { RollupRow } from '../../gateway/storage/store-calls.ts';
import { naiveRollup } from './naive-rollup.ts';
import {
  batchOf,
  everything,
  internSeries,
  openScratch,
  packAll,
  rollUpAll,
  startMs,
  type Sample,
} from './scratch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const bootId = 'boot';
const zone = 'Europe/Paris';
const samples = Array.from({ length: 960 }, (_, index): Sample => [
  1,
  startMs + index * 15 * minuteMs,
  index % 7,
]);
const endMs = startMs + 10 * dayMs;

function filled(directory: string): ReturnType<typeof openScratch> {
  const service = openScratch(directory, zone);
  internSeries(service, 1);
  service.appendReadings({ bootId, sequence: 1 }, batchOf(samples));
  return service;
}

function rowsOf(
  service: ReturnType<typeof openScratch>,
  resolution: '1m' | '1h' | '1d',
): readonly RollupRow[] {
  return service.rollupRange(everything(1), resolution).rows;
}

t.test('each level keeps what its retention says, and coarser ones stay whole', (t) => {
  const service = filled(t.testdir());
  rollUpAll(service, endMs);
  packAll(service, endMs);
  const hours = rowsOf(service, '1h');
  const days = rowsOf(service, '1d');
  while (service.prune(endMs, { rawMs: dayMs, minuteMs: 3 * dayMs }).remaining);
  t.equal(service.rawRange(everything(1)).rows[0]?.atMs, endMs - dayMs);
  t.equal(rowsOf(service, '1m')[0]?.startMs, endMs - 3 * dayMs - hourMs, 'from a midnight of the zone on');
  t.same(rowsOf(service, '1h'), hours);
  t.same(rowsOf(service, '1d'), days);
  while (service.prune(endMs, { hourMs: 5 * dayMs, dayMs: 6 * dayMs }).remaining);
  t.equal(rowsOf(service, '1h')[0]?.startMs, endMs - 5 * dayMs - hourMs);
  t.equal(rowsOf(service, '1d').length, 7);
  t.match(service.latestReadings(), [{ atMs: endMs - 15 * minuteMs }]);
  service.close();
  t.end();
});

t.test('without a retention nothing is deleted', (t) => {
  const service = filled(t.testdir());
  rollUpAll(service, endMs);
  packAll(service, endMs);
  t.same(service.prune(endMs + 10_000 * dayMs, {}), { rows: 0, remaining: false });
  t.equal(service.rawRange(everything(1)).rows.length, samples.length);
  service.close();
  t.end();
});

t.test('nothing is deleted that has still to be rolled up', (t) => {
  const service = filled(t.testdir());
  packAll(service, endMs);
  while (service.prune(endMs, { rawMs: minuteMs, minuteMs, hourMs, dayMs }).remaining);
  t.equal(service.rawRange(everything(1)).rows.length, samples.length);
  t.same(rowsOf(service, '1h'), naiveRollup(samples, { series: 1, resolution: '1h', zone }));
  service.close();
  t.end();
});

t.test('readings later than the retention are added to the windows whose readings are gone', (t) => {
  const directory = t.testdir();
  let service = filled(directory);
  rollUpAll(service, endMs);
  packAll(service, endMs);
  while (service.prune(endMs, { rawMs: dayMs, minuteMs: 3 * dayMs }).remaining);
  const late: readonly Sample[] = [
    [1, startMs + 2 * dayMs + 1, 100],
    [1, startMs + 8 * dayMs + 1, -100],
    [1, startMs + 8 * dayMs + 2, 9_999, 'suspect'],
    [1, startMs + 9 * dayMs + 12 * hourMs + 1, 50],
  ];
  service.appendReadings({ bootId, sequence: 2 }, batchOf(late));
  const all = [...samples, ...late];
  for (let round = 0; round < 3; round += 1) {
    t.same(rowsOf(service, '1d'), naiveRollup(all, { series: 1, resolution: '1d', zone }));
    t.same(rowsOf(service, '1h'), naiveRollup(all, { series: 1, resolution: '1h', zone }));
    const keptFromMs = endMs - 3 * dayMs - hourMs;
    t.same(
      rowsOf(service, '1m'),
      naiveRollup(all, { series: 1, resolution: '1m', zone }).filter((row) => row.startMs >= keptFromMs),
    );
    if (round === 0) rollUpAll(service, endMs);
    service.close();
    service = openScratch(directory, zone);
  }
  service.close();
  t.end();
});

t.test('deleting goes in bounded steps', (t) => {
  const service = openScratch(t.testdir(), zone);
  internSeries(service, 40);
  const hours = 130;
  const all = Array.from({ length: 40 * hours }, (_, index): Sample => [
    (index % 40) + 1,
    startMs + Math.floor(index / 40) * hourMs,
    index,
  ]);
  for (let from = 0; from < all.length; from += 1_000) {
    const sequence = from / 1_000 + 1;
    service.appendReadings({ bootId, sequence }, batchOf(all.slice(from, from + 1_000)));
  }
  rollUpAll(service, endMs);
  const steps: number[] = [];
  for (let remaining = true; remaining;) {
    const step = service.prune(endMs, { minuteMs: dayMs });
    steps.push(step.rows);
    remaining = step.remaining;
  }
  t.same(steps, [5_000, 200], 'blocks of an hour and a series');
  t.same(rowsOf(service, '1m'), []);
  t.equal(rowsOf(service, '1h').length, hours);
  service.close();
  t.end();
});
