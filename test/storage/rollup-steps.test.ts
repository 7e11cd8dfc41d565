import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { MarkStore } from '../../gateway/storage/mark-store.ts';
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
  }
  t.ok(steps > 2, 'it takes several steps');
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
