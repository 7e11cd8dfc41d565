import { deepStrictEqual } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { defineRowCheck } from '../../gateway/storage/row-check.ts';
import fc from 'fast-check';
import t from 'tap';
import { qualityOf } from '../../gateway/core/quality.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { MinuteBlocks } from '../../gateway/storage/minute-blocks.ts';
import { naiveRollup } from './naive-rollup.ts';
import { packWindowsAll, tables } from './rollup-tables.ts';
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

/** Makes rows of the minutes of one packed hour, such as older versions wrote. */
function unpackHour(directory: string, draw: (below: number) => number): void {
  const connection = new Sqlite(join(directory, 'egw.db'));
  defineRowCheck(connection);
  const windows = new MinuteBlocks(connection).all({ startMs: 0, endMs: startMs + 30 * dayMs });
  const hours = [...new Set(windows.map(({ startMs: start }) => Math.floor(start / hourMs)))];
  const hour = hours[draw(Math.max(1, hours.length))];
  const insert = connection.prepare(
    `INSERT INTO rollup_minute VALUES ($startMs, $series, $lengthMs, $min, $max, $sum, $last, $lastOffsetMs, $n, $bad,
       row_check('rollup_minute', $startMs, $series, $lengthMs, $min, $max, $sum, $last, $lastOffsetMs, $n, $bad))
     ON CONFLICT DO NOTHING`,
  );
  const unpack = connection.transaction(() => {
    for (const window of windows) if (Math.floor(window.startMs / hourMs) === hour) insert.run(window);
    connection.prepare('DELETE FROM minute_block WHERE place >> 24 = ?').run(hour ?? 0);
  });
  unpack();
  connection.close();
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
