import { deepStrictEqual } from 'node:assert';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { LatestReading } from '../../gateway/storage/store-calls.ts';
import { batchOf, internSeries, openScratch, packAll, startMs, type Sample } from './scratch.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What the last commit that had a reading of the newest time says, read off all samples in their order. */
function model(samples: readonly Sample[]): readonly LatestReading[] {
  const newest = new Map<number, LatestReading>();
  for (const [series, atMs, value, quality = 'good'] of samples) {
    if (atMs >= (newest.get(series)?.atMs ?? 0)) newest.set(series, { series, atMs, value, quality });
  }
  return [...newest.values()].sort((left, right) => left.series - right.series);
}

interface Home {
  readonly service: DatabaseService;
  readonly directory: string;
}

/** What a killed process leaves behind, opened by the next one. */
function killed({ service, directory }: Home): Home {
  const next = `${directory}x`;
  cpSync(directory, next, { recursive: true, filter: (path) => !path.endsWith('.lock') });
  service.close();
  return { service: openScratch(next), directory: next };
}

function rowsOf(directory: string, table: string): readonly unknown[] {
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const rows = connection.prepare<[]>(`SELECT * FROM ${table}`).all();
  connection.close();
  return rows;
}

// Quarter-hours of five hours, a few of them twice, and late ones.
const sample = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 0, max: 20 }).map((quarter) => startMs + quarter * 15 * minuteMs),
  fc.integer({ min: 0, max: 1_000 }),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.array(sample, { minLength: 1, maxLength: 6 }) },
  {
    weight: 4,
    arbitrary: fc.integer({ min: 0, max: 330 }).map((minute) => ({ packToMs: startMs + minute * minuteMs })),
  },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
  { weight: 1, arbitrary: fc.constant('kill' as const) },
);

t.test('the newest readings are the same after any end of the process', (t) => {
  let run = 0;
  let written = 0;
  const root = t.testdir();
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 20 }), (steps) => {
      run += 1;
      const directory = join(root, String(run));
      mkdirSync(directory);
      let home: Home = { service: openScratch(directory), directory };
      internSeries(home.service, 3);
      const samples: Sample[] = [];
      for (const [index, action] of steps.entries()) {
        if (action === 'reopen') {
          home.service.close();
          home = { service: openScratch(home.directory), directory: home.directory };
        } else if (action === 'kill') home = killed(home);
        else if ('packToMs' in action) packAll(home.service, action.packToMs);
        else {
          samples.push(...action);
          home.service.appendReadings({ bootId: 'boot', sequence: index + 1 }, batchOf(action));
        }
        deepStrictEqual(home.service.latestReadings(), model(samples));
      }
      home = killed(home);
      deepStrictEqual(home.service.latestReadings(), model(samples));
      home.service.close();
      written += rowsOf(home.directory, 'latest').length;
    }),
    { numRuns: 25 },
  );
  t.ok(written > 0, 'in some lives they are written down');
  t.end();
});

t.test('they are written down once an hour, when the commits that tell of them leave the log', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  internSeries(service, 2);
  const written: number[] = [];
  for (let minute = 0; minute < 180; minute += 1) {
    const atMs = startMs + minute * minuteMs;
    service.appendReadings(
      { bootId: 'boot', sequence: minute + 1 },
      batchOf([
        [1, atMs, minute],
        [2, atMs, -minute],
      ]),
    );
    const before = rowsOf(directory, 'staged').length;
    if (minute % 5 === 1) packAll(service, atMs);
    if (rowsOf(directory, 'staged').length >= before) continue;
    t.equal(rowsOf(directory, 'latest').length, 2);
    written.push(minute);
  }
  t.equal(written.length, 2, written.join(', '));
  t.equal((written[1] ?? 0) - (written[0] ?? 0), hourMs / minuteMs + 5);
  t.equal(service.account().packed, 350, 'what is packed is counted once, wherever it still stands');
  t.equal(service.account().staged, 10);
  service.close();
  t.end();
});
