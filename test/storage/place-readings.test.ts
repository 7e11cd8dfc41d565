import t, { type Test } from 'tap';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { Placing, StoredReading } from '../../gateway/storage/store-calls.ts';
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
const hourMs = 60 * minuteMs;

interface Home {
  readonly directory: string;
  service: DatabaseService;
  sequence: number;
}

function home(t: Test): Home {
  const directory = t.testdir();
  const service = openScratch(directory);
  internSeries(service, 2);
  const made = { directory, service, sequence: 0 };
  t.teardown(() => made.service.close());
  return made;
}

function append(home: Home, samples: readonly Sample[], bootId = 'boot', timeline?: string) {
  home.sequence += 1;
  return home.service.appendReadings({ bootId, sequence: home.sequence }, batchOf(samples), timeline);
}

/** The power goes and comes: what is on disk is all there is. */
function openAgain(home: Home): void {
  home.service.close();
  home.service = openScratch(home.directory);
}

function placeAll({ service }: Home, where: Placing): number {
  let readings = 0;
  for (;;) {
    const placed = service.placeReadings(where, startMs);
    readings += placed.readings;
    if (!placed.remaining) return readings;
  }
}

function rows({ service }: Home, series = 1): readonly StoredReading[] {
  return service.rawRange(everything(series)).rows;
}

function assertConserved(t: Test, { service }: Home): void {
  const { acknowledged, staged, packed, pruned, missing } = service.account();
  t.equal(staged + packed + pruned + missing, acknowledged, 'every acknowledged reading is somewhere');
}

/** 01:00:00 and on after the start of the machine, ten seconds apart. */
const steady = (count: number, fromMs = hourMs): Sample[] =>
  Array.from({ length: count }, (_, index) => [1, fromMs + index * 10_000, index]);

t.test('readings without a time are acknowledged and kept, and are nowhere until they have one', (t) => {
  const at = home(t);
  const receipt = append(at, steady(3), 'boot', 'machine-1');
  t.match(receipt, { commit: 1, count: 3 });
  t.same(
    append({ ...at, sequence: 0 }, steady(3), 'boot', 'machine-1'),
    receipt,
    'the same key again stores nothing',
  );
  for (const isAgain of [false, true]) {
    if (isAgain) openAgain(at);
    packAll(at.service, startMs);
    rollUpAll(at.service, startMs);
    t.same(rows(at), []);
    t.same(at.service.rollupRange(everything(1), '1m').rows, []);
    t.same(at.service.latestReadings(), []);
    t.match(at.service.databaseStatus(), { readings: 3, oldestMs: null, newestMs: null });
    assertConserved(t, at);
  }
  t.end();
});

t.test('once the time is known they lie where they were read, rolled up and packed like any others', (t) => {
  const at = home(t);
  append(at, steady(6), 'boot', 'machine-1');
  append(at, [[1, startMs + 2 * hourMs, 42]]);
  openAgain(at);
  t.equal(placeAll(at, { timeline: 'machine-1', offsetMs: startMs }), 6);
  const expected = [
    ...Array.from({ length: 6 }, (_, index) => ({
      atMs: startMs + hourMs + index * 10_000,
      value: index,
      quality: 'good' as const,
    })),
    { atMs: startMs + 2 * hourMs, value: 42, quality: 'good' as const },
  ];
  t.same(rows(at), expected);
  t.match(at.service.latestReadings(), [{ series: 1, value: 42 }]);
  rollUpAll(at.service, startMs + 3 * hourMs);
  t.match(at.service.rollupRange(everything(1), '1m').rows, [
    { startMs: startMs + hourMs, n: 6, min: 0, max: 5 },
    { startMs: startMs + 2 * hourMs, n: 1 },
  ]);
  packAll(at.service, startMs + 3 * hourMs);
  openAgain(at);
  t.same(rows(at), expected);
  assertConserved(t, at);
  t.equal(placeAll(at, { timeline: 'machine-1', offsetMs: startMs }), 0, 'once is enough');
  t.same(at.service.listGaps({ beforeNumber: Infinity, rowsMax: 10 }), []);
  t.end();
});

t.test('packing waits for what has no time, so that nothing of it counts as packed already', (t) => {
  const at = home(t);
  append(at, [[1, startMs + minuteMs, 1]]);
  append(at, steady(3), 'boot', 'machine-1');
  append(at, [[1, startMs + 3 * hourMs, 2]]);
  packAll(at.service, startMs + 9 * hourMs);
  placeAll(at, { timeline: 'machine-1', offsetMs: startMs });
  t.equal(rows(at).length, 5);
  packAll(at.service, startMs + 9 * hourMs);
  openAgain(at);
  t.equal(rows(at).length, 5);
  t.match(at.service.account(), { acknowledged: 5, staged: 0, packed: 5 });
  t.end();
});

t.test('another timeline is left alone, and all starts of the program on one are placed together', (t) => {
  const at = home(t);
  append(at, steady(1), 'first start', 'machine-1');
  append(at, steady(1, 2 * hourMs), 'second start', 'machine-1');
  append(at, steady(1, 3 * hourMs), 'third start', 'machine-2');
  t.equal(placeAll(at, { timeline: 'machine-1', offsetMs: startMs }), 2);
  t.same(
    rows(at).map(({ atMs }) => atMs),
    [startMs + hourMs, startMs + 2 * hourMs],
  );
  t.end();
});

t.test('what nobody ever knew stands as late as it can have been, in order, as estimates and noted', (t) => {
  const at = home(t);
  append(at, [[1, startMs - hourMs, 0]]);
  append(at, steady(3), 'boot 1', 'machine-1');
  append(at, [...steady(2, 5 * hourMs), [1, 5 * hourMs + 20_000, NaN, 'missing']], 'boot 2', 'machine-2');
  append(at, steady(1, minuteMs), 'boot 3', 'machine-3');
  const where = { exceptTimeline: 'machine-3', beforeMs: startMs };
  t.equal(placeAll(at, where), 6);
  openAgain(at);
  t.same(
    rows(at).map(({ atMs, quality }) => [atMs - startMs, quality]),
    [
      [-hourMs, 'good'],
      [-2 - 40_000, 'estimated'],
      [-2 - 30_000, 'estimated'],
      [-2 - 20_000, 'estimated'],
      [-1 - 20_000, 'estimated'],
      [-1 - 10_000, 'estimated'],
      [-1, 'missing'],
    ],
  );
  t.match(at.service.listGaps({ beforeNumber: Infinity, rowsMax: 10 }), [
    { reason: 'clock', readings: 0, fromMs: startMs - 2 - 40_000, toMs: startMs - 2 - 20_000 },
    { reason: 'clock', readings: 0, fromMs: startMs - 1 - 20_000, toMs: startMs - 1 },
  ]);
  assertConserved(t, at);
  t.equal(placeAll(at, { timeline: 'machine-3', offsetMs: startMs }), 1);
  packAll(at.service, startMs + hourMs);
  t.equal(rows(at).length, 8);
  assertConserved(t, at);
  t.end();
});

t.test('many are placed in steps, each as if it were the last, and noted once', (t) => {
  const at = home(t);
  for (let commit = 0; commit < 12; commit += 1) {
    append(at, steady(1_000, hourMs + commit * 10_000_000), 'boot 1', 'machine-1');
  }
  const where = { exceptTimeline: 'machine-2', beforeMs: startMs };
  const first = at.service.placeReadings(where, startMs);
  t.match(first, { readings: 10_000, remaining: true });
  openAgain(at);
  t.equal(placeAll(at, where), 2_000);
  const times = rows(at).map(({ atMs }) => atMs);
  t.equal(times.length, 12_000);
  t.equal(times.at(-1), startMs - 1);
  t.ok(times.every((atMs, index) => index === 0 || atMs - (times[index - 1] ?? 0) === 10_000));
  t.match(at.service.listGaps({ beforeNumber: Infinity, rowsMax: 10 }), [
    { fromMs: times[0], toMs: startMs - 1 },
  ]);
  t.end();
});

t.test('times outside 1970 to 9999 are refused, and nothing has changed', (t) => {
  const at = home(t);
  append(at, steady(3), 'boot', 'machine-1');
  for (const offsetMs of [-2 * hourMs, 253_402_300_799_999, 0.5, NaN]) {
    t.throws(
      () => at.service.placeReadings({ timeline: 'machine-1', offsetMs }, startMs),
      { code: 'input_invalid' },
      String(offsetMs),
    );
  }
  t.equal(placeAll(at, { timeline: 'machine-1', offsetMs: startMs }), 3);
  t.end();
});
