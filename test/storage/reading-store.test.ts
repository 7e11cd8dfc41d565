import { deepStrictEqual } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import { qualityOf, type Quality } from '../../gateway/core/quality.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { StoredReading } from '../../gateway/storage/store-calls.ts';
import { batchOf, everything, internSeries, openScratch, packAll, startMs, type Sample } from './scratch.ts';

const bootId = 'boot';
const minuteMs = 60_000;

function rawOf(service: DatabaseService, series: number): readonly StoredReading[] {
  return service.rawRange(everything(series)).rows;
}

function countBlocks(directory: string): number {
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const count = Number(connection.prepare('SELECT count(*) FROM block').pluck().get());
  connection.close();
  return count;
}

t.test('commits are numbered from 1 and their readings are there at once', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 2);
  const epoch = Math.floor(startMs / 1000);
  t.same(
    service.appendReadings(
      { bootId, sequence: 1 },
      batchOf([
        [1, startMs, 5],
        [2, startMs, NaN, 'missing'],
      ]),
    ),
    {
      epoch,
      commit: 1,
      count: 2,
    },
  );
  t.same(service.appendReadings({ bootId, sequence: 2 }, batchOf([[1, startMs + 1, 6, 'suspect']])), {
    epoch,
    commit: 2,
    count: 1,
  });
  t.same(rawOf(service, 1), [
    { atMs: startMs, value: 5, quality: 'good' },
    { atMs: startMs + 1, value: 6, quality: 'suspect' },
  ]);
  t.same(rawOf(service, 2), [{ atMs: startMs, value: null, quality: 'missing' }]);
  t.same(service.latestReadings(), [
    { series: 1, atMs: startMs + 1, value: 6, quality: 'suspect' },
    { series: 2, atMs: startMs, value: null, quality: 'missing' },
  ]);
  service.close();
  t.end();
});

t.test(
  'an append with the same key stores nothing and answers the first receipt, before and after packing',
  (t) => {
    const directory = t.testdir();
    let service = openScratch(directory);
    internSeries(service, 1);
    const first = service.appendReadings({ bootId, sequence: 1 }, batchOf([[1, startMs, 5]]));
    const again = (): unknown => service.appendReadings({ bootId, sequence: 1 }, batchOf([[1, startMs, 7]]));
    t.same(again(), first);
    service.close();
    service = openScratch(directory);
    t.same(again(), first, 'after opening again');
    packAll(service, startMs + 30 * minuteMs);
    t.equal(countBlocks(directory), 1);
    t.same(again(), first, 'after packing');
    service.close();
    service = openScratch(directory);
    t.same(again(), first, 'after packing and opening again');
    t.equal(rawOf(service, 1).length, 1);
    t.equal(
      service.appendReadings({ bootId: 'other', sequence: 1 }, batchOf([[1, startMs + 1, 5]])).commit,
      2,
    );
    service.close();
    t.end();
  },
);

t.test('keys of packed commits are bounded, and a repetition too old to know is refused, not stored', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  internSeries(service, 1);
  const commits = limits.appendKeysMax + 20;
  for (let sequence = 1; sequence <= commits; sequence += 1) {
    service.appendReadings({ bootId, sequence }, batchOf([[1, startMs + sequence, sequence]]));
  }
  packAll(service, startMs + 30 * minuteMs);
  for (let round = 0; round < 2; round += 1) {
    t.throws(() => service.appendReadings({ bootId, sequence: 20 }, batchOf([[1, startMs, 1]])), {
      code: 'input_invalid',
    });
    t.equal(service.appendReadings({ bootId, sequence: 21 }, batchOf([[1, startMs, 1]])).commit, 21);
    service.close();
    service = openScratch(directory);
  }
  t.equal(
    service.appendReadings({ bootId, sequence: commits + 1 }, batchOf([[1, startMs, 1]])).commit,
    commits + 1,
  );
  t.equal(service.databaseStatus().readings, commits + 1);
  service.close();
  t.end();
});

t.test('what cannot be stored is refused, says what and where, and changes nothing', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 1);
  const append =
    (samples: readonly Sample[], sequence = 1) =>
    () =>
      service.appendReadings({ bootId, sequence }, batchOf(samples));
  t.throws(append([]), { code: 'input_invalid', message: /1 to 1000 readings, not 0/ });
  t.throws(append(Array.from({ length: 1_001 }, () => [1, startMs, 1] as const)), { code: 'input_invalid' });
  t.throws(
    append([
      [1, startMs, 1],
      [1, startMs + 0.5, 1],
    ]),
    { code: 'input_invalid', message: /reading 1/ },
  );
  t.throws(append([[1, -1, 1]]), { code: 'input_invalid' });
  t.throws(append([[1, NaN, 1]]), { code: 'input_invalid' });
  t.throws(append([[2, startMs, 1]]), { code: 'not_found', message: /id 2/ });
  t.throws(append([[1, startMs, 1]], 0), { code: 'input_invalid' });
  const crooked = { ...batchOf([[1, startMs, 1]]), value: new Float64Array(2) };
  t.throws(() => service.appendReadings({ bootId, sequence: 1 }, crooked), { code: 'input_invalid' });
  const unknown = { ...batchOf([[1, startMs, 1]]), quality: Uint8Array.of(200) };
  t.throws(() => service.appendReadings({ bootId, sequence: 1 }, unknown), { code: 'input_invalid' });
  t.equal(service.databaseStatus().commits, 0);
  service.close();
  t.end();
});

t.test('a page ends where the next begins, and readings of one time are not parted', (t) => {
  const service = openScratch(t.testdir());
  internSeries(service, 1);
  const samples = Array.from({ length: 900 }, (_, index): Sample => [
    1,
    startMs + (index >> 1) * 1_000,
    index,
  ]);
  service.appendReadings({ bootId, sequence: 1 }, batchOf(samples));
  packAll(service, startMs + 7 * minuteMs);
  const values: (number | null)[] = [];
  let fromMs: number | undefined = startMs;
  let pages = 0;
  while (fromMs !== undefined) {
    const page = service.rawRange({ series: 1, fromMs, toMs: startMs + 7 * minuteMs, rowsMax: 101 });
    values.push(...page.rows.map(({ value }) => value));
    t.ok(page.rows.length <= 102);
    fromMs = page.nextFromMs;
    pages += 1;
  }
  t.equal(pages, 9);
  t.same(
    values,
    samples.slice(0, 840).map(([, , value]) => value),
  );
  service.close();
  t.end();
});

t.test('a day of one-second readings takes less than a byte each once packed', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  internSeries(service, 1);
  for (let commit = 0; commit < 86_400 / 900; commit += 1) {
    const samples = Array.from({ length: 900 }, (_, index): Sample => {
      const second = commit * 900 + index;
      return [1, startMs + second * 1_000, Math.round(2_300 + 40 * Math.sin(second / 200)) / 10];
    });
    service.appendReadings({ bootId, sequence: commit + 1 }, batchOf(samples));
  }
  packAll(service, startMs + 2 * 86_400_000);
  service.close();
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const pages = Number(connection.prepare("SELECT count(*) FROM dbstat WHERE name = 'block'").pluck().get());
  const staged = Number(connection.prepare('SELECT count(*) FROM staged').pluck().get());
  connection.close();
  t.equal(staged, 0);
  t.ok((pages * 4_096) / 86_400 < 1, `${(pages * 4_096) / 86_400} bytes a reading`);
  t.end();
});

/** What a series must answer, from the samples in the order they were appended. */
function model(samples: readonly Sample[], series: number): readonly StoredReading[] {
  return samples
    .filter(([id]) => id === series)
    .map(([, atMs, value, quality = 'good']) => ({
      atMs,
      value: Number.isFinite(value) && quality !== 'missing' && quality !== 'sensor_error' ? value : null,
      quality,
    }))
    .sort((left, right) => left.atMs - right.atMs);
}

const quality = fc.integer({ min: 0, max: 4 }).map((code): Quality => qualityOf(code));
const sample = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 0, max: 40 }).map((halfMinutes) => startMs + halfMinutes * 30_000),
  fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN), fc.integer({ min: -100, max: 100 })),
  quality,
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(sample, { minLength: 1, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }).map((minute) => ({ packAtMinute: minute })) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
);

t.test(
  'staged and packed readings are one history in order of time and arrival, however they were packed',
  (t) => {
    let run = 0;
    const root = t.testdir();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        run += 1;
        const directory = join(root, String(run));
        mkdirSync(directory);
        const samples: Sample[] = [];
        let service = openScratch(directory);
        internSeries(service, 3);
        let sequence = 0;
        for (const action of steps) {
          if (action === 'reopen') {
            service.close();
            service = openScratch(directory);
          } else if ('packAtMinute' in action) {
            packAll(service, startMs + action.packAtMinute * minuteMs);
          } else {
            sequence += 1;
            samples.push(...action);
            service.appendReadings({ bootId, sequence }, batchOf(action));
          }
        }
        for (const series of [1, 2, 3]) deepStrictEqual(rawOf(service, series), model(samples, series));
        const { readings, commits, oldestMs, newestMs } = service.databaseStatus();
        const times = samples.map(([, atMs]) => atMs);
        deepStrictEqual([readings, commits], [samples.length, sequence]);
        deepStrictEqual(oldestMs, times.length === 0 ? null : Math.min(...times));
        deepStrictEqual(newestMs, times.length === 0 ? null : Math.max(...times));
        service.close();
      }),
      { numRuns: 60 },
    );
    t.end();
  },
);
