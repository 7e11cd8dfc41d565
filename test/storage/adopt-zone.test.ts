import t from 'tap';
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

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const endMs = startMs + 20 * dayMs;
/** An odd step, so that no reading lies at a border; whole values, so that sums are exact. */
const samples = Array.from({ length: 900 }, (_, index): Sample => [
  1,
  startMs + index * 31 * 60_000 + 7,
  index % 50,
]);

function fill(directory: string, zone: string): ReturnType<typeof openScratch> {
  const service = openScratch(directory, zone);
  internSeries(service, 1);
  service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf(samples));
  rollUpAll(service, endMs);
  packAll(service, endMs);
  return service;
}

t.test('after a change of the zone all days are those of the new zone, with the same readings', (t) => {
  const directory = t.testdir();
  fill(directory, 'Europe/Paris').close();
  for (const zone of ['Asia/Kathmandu', 'America/Santiago', 'UTC']) {
    const service = openScratch(directory, zone);
    const expected = naiveRollup(samples, { series: 1, resolution: '1d', zone });
    t.strictSame(service.rollupRange(everything(1), '1d').rows, expected, `${zone}, at once`);
    rollUpAll(service, endMs);
    t.strictSame(service.rollupRange(everything(1), '1d').rows, expected, `${zone}, rolled up`);
    service.close();
  }
  t.end();
});

t.test('days whose minutes are gone stay in the old zone, and no reading is counted in two days', (t) => {
  const directory = t.testdir();
  const old = fill(directory, 'Europe/Paris');
  const before = old.rollupRange(everything(1), '1d').rows;
  while (old.prune(endMs, { rawMs: 2 * dayMs, minuteMs: 10 * dayMs }).remaining);
  old.close();
  const service = openScratch(directory, 'Asia/Kathmandu');
  rollUpAll(service, endMs);
  const after = service.rollupRange(everything(1), '1d').rows;
  for (const [index, day] of after.entries()) {
    const next = after[index + 1];
    if (next !== undefined) t.ok(day.endMs <= next.startMs, 'days do not overlap');
  }
  const kept = after.filter(({ startMs: from }) => (from - 23 * hourMs) % dayMs === 0);
  t.ok(kept.length >= 9 && kept.length < before.length);
  t.same(kept, before.slice(0, kept.length));
  const made = after.slice(kept.length);
  t.ok(made.length >= 8);
  t.same(
    made,
    naiveRollup(samples, { series: 1, resolution: '1d', zone: 'Asia/Kathmandu' }).slice(-made.length),
  );
  service.close();
  t.end();
});

t.test('the same zone again changes nothing', (t) => {
  const directory = t.testdir();
  fill(directory, 'Europe/Paris').close();
  const service = openScratch(directory, 'Europe/Paris');
  t.same(service.rollUp(endMs), { windows: 0, remaining: false });
  service.close();
  t.end();
});
