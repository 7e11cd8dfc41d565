import { deepStrictEqual } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { qualityOf } from '../../gateway/core/quality.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { MarkStore } from '../../gateway/storage/mark-store.ts';
import { MinuteBlocks } from '../../gateway/storage/minute-blocks.ts';
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

const bootId = 'boot';
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const resolutions = ['1m', '1h', '1d'] as const;

/** The rollup tables as they are stored: those of the minutes are rows and blocks. */
function tables(directory: string): Record<'rows' | 'blocks' | 'hours' | 'days', readonly unknown[][]> {
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const rowsOf = (table: string, order: string): readonly unknown[][] =>
    connection.prepare<[], unknown[]>(`SELECT * FROM ${table} ORDER BY ${order}`).raw().all();
  const all = {
    rows: rowsOf('rollup_minute', 'start_ms, series'),
    blocks: rowsOf('minute_block', 'place'),
    hours: rowsOf('rollup_hour', 'start_ms, series'),
    days: rowsOf('rollup_day', 'start_ms, series'),
  };
  connection.close();
  return all;
}

/** Makes rows of the minutes of one packed hour, such as older versions wrote: without a check. */
function unpackHour(directory: string, draw: (below: number) => number): void {
  const connection = new Sqlite(join(directory, 'egw.db'));
  const windows = new MinuteBlocks(connection).all({ startMs: 0, endMs: startMs + 30 * dayMs });
  const hours = [...new Set(windows.map(({ startMs: start }) => Math.floor(start / hourMs)))];
  const hour = hours[draw(Math.max(1, hours.length))];
  const insert = connection.prepare(
    `INSERT INTO rollup_minute (start_ms, series, length_ms, min, max, sum, last, last_offset_ms, n, bad)
     VALUES ($startMs, $series, $lengthMs, $min, $max, $sum, $last, $lastOffsetMs, $n, $bad)
     ON CONFLICT DO NOTHING`,
  );
  const unpack = connection.transaction(() => {
    for (const window of windows) if (Math.floor(window.startMs / hourMs) === hour) insert.run(window);
    connection.prepare('DELETE FROM minute_block WHERE place >> 24 = ?').run(hour ?? 0);
  });
  unpack();
  connection.close();
}

function packWindowsAll(service: DatabaseService): void {
  while (service.packWindows().remaining);
}

/** Whole quarters add up exactly in any order, so the model may sum them as it likes. */
const value = fc.oneof(
  fc.integer({ min: -4_000, max: 40_000 }).map((quarters) => quarters / 4),
  fc.constantFrom(0, -0, NaN),
);
const sample = fc
  .tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 * 24 * 12 })),
    fc.integer({ min: 0, max: 3 }),
  )
  .chain(([series, fiveMinutes, halfMinutes]) =>
    fc.tuple(
      fc.constant(series),
      fc.constant(startMs + fiveMinutes * 5 * minuteMs + halfMinutes * 30_000),
      value,
      fc.integer({ min: 0, max: 4 }).map(qualityOf),
    ),
  );
const samples = fc.array(sample, { minLength: 1, maxLength: 40 });
const zone = fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kathmandu', 'America/St_Johns');

interface Schedule {
  readonly seed: readonly number[];
  readonly reads: boolean;
  /** No rolling up is asked for a later time. */
  readonly untilMs: number;
}

const seed = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 12 });

/**
 * Appends the samples in their order, cut into commits, rolled up, packed and reopened as the schedule says, at times
 * in another zone, at times with an hour as an older version left it.
 */
function live(
  directory: string,
  all: readonly Sample[],
  zoneName: string,
  { seed, reads, untilMs }: Schedule,
): DatabaseService {
  mkdirSync(directory, { recursive: true });
  let currentZone = zoneName;
  let service = openScratch(directory, zoneName);
  internSeries(service, 2);
  let turn = 0;
  const draw = (below: number): number => {
    turn += 1;
    return ((seed[turn % seed.length] ?? 0) * 31 + turn * 17) % below;
  };
  const reopen = (inZone: string): void => {
    service.close();
    if (draw(2) === 0) unpackHour(directory, draw);
    currentZone = inZone;
    service = openScratch(directory, inZone);
  };
  let index = 0;
  for (let sequence = 1; index < all.length; sequence += 1) {
    const next = index + 1 + draw(6);
    service.appendReadings({ bootId, sequence }, batchOf(all.slice(index, next)));
    index = next;
    const nowMs = startMs + draw((untilMs - startMs) / minuteMs + 1) * minuteMs;
    const action = draw(6);
    if (action < 2) service.rollUp(nowMs);
    else if (action === 2) packAll(service, nowMs);
    else if (action === 3) packWindowsAll(service);
    else if (action === 4) reopen(draw(3) === 0 ? 'Asia/Kolkata' : zoneName);
    if (reads) checkReads(service, all.slice(0, index), currentZone);
  }
  if (currentZone !== zoneName) reopen(zoneName);
  return service;
}

function checkReads(service: DatabaseService, all: readonly Sample[], zoneName: string): void {
  for (const series of [1, 2]) {
    for (const resolution of resolutions) {
      const { rows } = service.rollupRange(everything(series), resolution);
      deepStrictEqual(rows, naiveRollup(all, { series, resolution, zone: zoneName }));
    }
  }
}

t.test('rollups equal those computed plainly from all readings, rolled up or not, at every moment', (t) => {
  const root = t.testdir();
  let run = 0;
  fc.assert(
    fc.property(samples, zone, seed, (all, zoneName, drawn) => {
      run += 1;
      const service = live(join(root, String(run)), all, zoneName, {
        seed: drawn,
        reads: true,
        untilMs: startMs + 4 * dayMs,
      });
      rollUpAll(service, startMs + 9 * dayMs);
      checkReads(service, all, zoneName);
      service.close();
    }),
    { numRuns: 30 },
  );
  t.pass('for every history and schedule drawn');
  t.end();
});

t.test('the tables are the same to the byte, however readings were committed and rolled up', (t) => {
  const root = t.testdir();
  let run = 0;
  const fraction = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const any = fc.array(
    sample.chain(([series, atMs, , quality]) =>
      fc.tuple(fc.constant(series), fc.constant(atMs), fraction, fc.constant(quality)),
    ),
    { minLength: 1, maxLength: 60 },
  );
  const until = fc.integer({ min: 1, max: 4 * 24 * 4 }).map((quarters) => startMs + quarters * 15 * minuteMs);
  fc.assert(
    fc.property(any, zone, fc.tuple(seed, seed), until, (all, zoneName, seeds, untilMs) => {
      run += 1;
      const [left, right] = seeds.map((drawn, side) => {
        const directory = join(root, `${run}-${side}`);
        const service = live(directory, all, zoneName, { seed: drawn, reads: false, untilMs });
        rollUpAll(service, untilMs);
        packWindowsAll(service);
        service.close();
        return tables(directory);
      });
      deepStrictEqual(left, right);
    }),
    { numRuns: 30 },
  );
  t.pass('for every history and schedule drawn');
  t.end();
});

t.test('windows are in the tables when their hour is over and has settled, and not before', (t) => {
  for (const zoneName of ['UTC', 'Asia/Kathmandu']) {
    const directory = join(t.testdir(), zoneName.replace('/', '-'));
    mkdirSync(directory, { recursive: true });
    const service = openScratch(directory, zoneName);
    internSeries(service, 1);
    // 18:15 UTC is midnight in Kathmandu, in the middle of an hour.
    const midnightMs = startMs + 18 * hourMs + 15 * minuteMs;
    const hourEndMs = startMs + 19 * hourMs;
    const counts = (nowMs: number): readonly number[] => {
      rollUpAll(service, nowMs);
      const { rows, blocks, hours, days } = tables(directory);
      return [rows.length, blocks.length, hours.length, days.length];
    };
    service.appendReadings(
      { bootId, sequence: 1 },
      batchOf([
        [1, midnightMs - hourMs, 1],
        [1, midnightMs - 90_000, 2],
        [1, midnightMs - 60_000, 6],
        [1, midnightMs, 4],
      ]),
    );
    t.same(counts(hourEndMs - 1), [0, 1, 1, 0]);
    t.same(counts(hourEndMs + 89_999), [0, 1, 1, 0]);
    t.same(counts(hourEndMs + 90_000), [0, 2, 2, zoneName === 'UTC' ? 0 : 1]);
    if (zoneName !== 'UTC')
      t.equal(tables(directory).days[0]?.[8], 3, 'the day ends in the middle of the hour');
    service.appendReadings({ bootId, sequence: 2 }, batchOf([[1, midnightMs - 1, 3]]));
    t.same(counts(hourEndMs + 90_000), [0, 2, 2, zoneName === 'UTC' ? 0 : 1]);
    if (zoneName !== 'UTC') t.equal(tables(directory).days[0]?.[8], 4, 'the day holds the late reading');
    service.close();
  }
  t.end();
});

t.test(
  'suspect, missing and failed readings are counted as bad and nothing else, estimated ones as good',
  (t) => {
    const service = openScratch(t.testdir());
    internSeries(service, 1);
    service.appendReadings(
      { bootId, sequence: 1 },
      batchOf([
        [1, startMs, 10],
        [1, startMs + 1, 20, 'estimated'],
        [1, startMs + 2, 9_999, 'suspect'],
        [1, startMs + 3, NaN, 'missing'],
        [1, startMs + 4, NaN, 'sensor_error'],
        [1, startMs + 5, Infinity],
        [1, startMs + minuteMs, NaN, 'missing'],
        [1, startMs + 2 * minuteMs, 0],
      ]),
    );
    const expected = [
      { min: 10, max: 20, mean: 15, last: 20, anyOn: true, n: 2, bad: 4 },
      { min: null, max: null, mean: null, last: null, anyOn: false, n: 0, bad: 1 },
      { min: 0, max: 0, mean: 0, last: 0, anyOn: false, n: 1, bad: 0 },
    ];
    const wanted = expected.map((row, minute) => ({
      startMs: startMs + minute * minuteMs,
      endMs: startMs + (minute + 1) * minuteMs,
      ...row,
    }));
    t.same(service.rollupRange(everything(1), '1m').rows, wanted, 'computed on the spot');
    rollUpAll(service, startMs + dayMs);
    t.same(service.rollupRange(everything(1), '1m').rows, wanted, 'stored');
    service.close();
    t.end();
  },
);

t.test('values too large to be summed have no mean, and the mean never leaves the extremes', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 2);
  const huge = Number.MAX_VALUE;
  service.appendReadings(
    { bootId, sequence: 1 },
    batchOf([
      [1, startMs, huge],
      [1, startMs + 1, huge],
      [1, startMs + 2, -huge],
      [2, startMs, 0.1],
      [2, startMs + 1, 0.1],
      [2, startMs + 2, 0.1],
    ]),
  );
  for (let round = 0; round < 2; round += 1) {
    t.match(service.rollupRange(everything(1), '1h').rows, [{ min: -huge, max: huge, mean: null, n: 3 }]);
    t.match(service.rollupRange(everything(2), '1h').rows, [{ min: 0.1, max: 0.1, mean: 0.1 }]);
    rollUpAll(service, startMs + dayMs);
  }
  service.close();
  t.end();
});

t.test('pages of windows join without a gap or a repetition, with stored and open windows mixed', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 1);
  for (let minute = 0; minute < 100; minute += 1) {
    service.appendReadings(
      { bootId, sequence: minute + 1 },
      batchOf([[1, startMs + minute * minuteMs, minute]]),
    );
    if (minute === 60) rollUpAll(service, startMs + 62 * minuteMs);
  }
  service.appendReadings(
    { bootId, sequence: 101 },
    batchOf([
      [1, startMs + 30_000, 0],
      [1, startMs + 7 * minuteMs, 7],
    ]),
  );
  const lasts: (number | null)[] = [];
  let fromMs: number | undefined = 0;
  while (fromMs !== undefined) {
    const page = service.rollupRange({ series: 1, fromMs, toMs: startMs + 90 * minuteMs, rowsMax: 7 }, '1m');
    t.ok(page.rows.length <= 7);
    lasts.push(...page.rows.map(({ last }) => last));
    fromMs = page.nextFromMs;
  }
  t.same(
    lasts,
    Array.from({ length: 90 }, (_, minute) => minute),
  );
  service.close();
  t.end();
});

t.test('days have 23 and 25 hours when the clocks are set', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 1);
  const spring = Date.UTC(2026, 2, 29, 12);
  const autumn = Date.UTC(2026, 9, 25, 12);
  service.appendReadings(
    { bootId, sequence: 1 },
    batchOf([
      [1, spring, 1],
      [1, autumn, 2],
    ]),
  );
  rollUpAll(service, Date.UTC(2026, 11, 1));
  const { rows } = service.rollupRange(everything(1), '1d');
  t.same(
    rows.map(({ startMs: from, endMs }) => (endMs - from) / hourMs),
    [23, 25],
  );
  service.close();
  t.end();
});

t.test('a backlog is rolled up in bounded steps, and is right in between', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 1);
  const all = Array.from({ length: 900 }, (_, index): Sample => [1, startMs + index * 11 * minuteMs, index]);
  service.appendReadings({ bootId, sequence: 1 }, batchOf(all));
  let steps = 0;
  while (service.rollUp(startMs + 9 * dayMs).remaining) {
    steps += 1;
    t.strictSame(
      service.rollupRange(everything(1), '1h').rows,
      naiveRollup(all, { series: 1, resolution: '1h', zone: 'Europe/Paris' }),
    );
  }
  t.ok(steps > 5);
  t.same(service.rollUp(startMs + 9 * dayMs), { windows: 0, remaining: false });
  service.close();
  t.end();
});

t.test('a window that is touched while it is computed part by part is computed again', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  const count = 100;
  const dueMs = startMs + dayMs;
  internSeries(service, count);
  const all: Sample[] = [];
  const add = (sequence: number, fresh: readonly Sample[]): void => {
    service.appendReadings({ bootId, sequence }, batchOf(fresh));
    all.push(...fresh);
  };
  for (let sequence = 1; sequence <= 20; sequence += 1) {
    const own = Array.from({ length: count * 10 }, (_, index): Sample => [
      (index % count) + 1,
      startMs + (sequence * 10 + Math.floor(index / count)) * 9_000,
      sequence,
    ]);
    add(sequence, own);
  }
  let steps = 0;
  let remaining = true;
  while (remaining) {
    remaining = service.rollUp(dueMs).remaining;
    steps += 1;
    if (steps === 1) add(21, [[1, startMs + 30_000, -5]]);
    if (steps === 2) add(22, [[2, startMs + 31_000, -7]]);
  }
  t.ok(steps > 3, 'it takes several steps');
  for (const series of [1, 2, 50, count]) {
    for (const resolution of resolutions) {
      const { rows } = service.rollupRange(everything(series), resolution);
      t.strictSame(rows, naiveRollup(all, { series, resolution, zone: 'Europe/Paris' }));
    }
  }
  service.close();
  const { blocks, hours } = tables(directory);
  t.equal(blocks.length, count);
  t.equal(hours.length, count);
  t.end();
});

t.test(
  'where raw readings are gone up to the middle of an hour, the minutes before stay as they were',
  (t) => {
    const directory = t.testdir();
    let service = openScratch(directory);
    internSeries(service, 1);
    const all = Array.from({ length: 60 }, (_, minute): Sample => [1, startMs + minute * minuteMs, minute]);
    service.appendReadings({ bootId, sequence: 1 }, batchOf(all));
    rollUpAll(service, startMs + dayMs);
    packAll(service, startMs + dayMs);
    service.close();
    const connection = new Sqlite(join(directory, 'egw.db'));
    const goneToMs = startMs + 20 * minuteMs;
    connection.prepare('DELETE FROM block WHERE start_ms < ?').run(goneToMs);
    const marks = new MarkStore(connection);
  marks.putNumber('pruned_raw_to_ms', goneToMs);
  marks.putNumber('pruned_readings', 20);
    connection.close();
    service = openScratch(directory);
    const late: readonly Sample[] = [
      [1, startMs + 10 * minuteMs + 1, 100],
      [1, startMs + 40 * minuteMs + 1, 200],
    ];
    service.appendReadings({ bootId, sequence: 2 }, batchOf(late));
    for (let round = 0; round < 3; round += 1) {
      for (const resolution of resolutions) {
        const { rows } = service.rollupRange(everything(1), resolution);
        t.strictSame(rows, naiveRollup([...all, ...late], { series: 1, resolution, zone: 'Europe/Paris' }));
      }
      if (round === 0) rollUpAll(service, startMs + 2 * dayMs);
      else packWindowsAll(service);
    }
    service.close();
    t.end();
  },
);
