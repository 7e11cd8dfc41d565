import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import t from 'tap';
import { openConnection } from '../../gateway/storage/connection.ts';
import { MinuteTable } from '../../gateway/storage/minute-table.ts';
import type { StoredWindow } from '../../gateway/storage/rollup-table.ts';
import { SeriesStore } from '../../gateway/storage/series-store.ts';
import { startMs } from './scratch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const slice = { from: 0, to: 32 };
const day = { startMs, endMs: startMs + 24 * hourMs };

function open(directory: string): { connection: Sqlite.Database; table: MinuteTable } {
  const connection = openConnection(join(directory, 'egw.db'), 1);
  const keys = [1, 2, 3].map((index) => ({ device: `meter-${index}`, quantity: 'grid_power_w' as const }));
  new SeriesStore(connection).intern(keys);
  return { connection, table: new MinuteTable(connection) };
}

function windowOf(series: number, minute: number, value: number): StoredWindow {
  const totals = { min: value, max: value, sum: value, last: value, lastOffsetMs: 0, n: 1, bad: 0 };
  return { ...totals, series, startMs: startMs + minute * minuteMs, lengthMs: minuteMs };
}

function put(table: MinuteTable, window: StoredWindow): void {
  table.put({ startMs: window.startMs, endMs: window.startMs + minuteMs }, window.series, window);
}

t.test('rows stand before blocks until they are packed, and nothing that is read changes then', (t) => {
  const { connection, table } = open(t.testdir());
  const packed = [0, 1, 2].map((minute) => windowOf(1, minute, minute));
  table.pack(startMs, slice, new Map([[1, packed]]));
  put(table, windowOf(1, 1, 100));
  put(table, windowOf(1, 30, 101));
  put(table, windowOf(2, 59, 102));
  put(table, windowOf(2, 60, 103));
  const expected = [0, 100, 2, 101].map((value, index) => windowOf(1, [0, 1, 2, 30][index] ?? 0, value));
  const other = [windowOf(2, 59, 102), windowOf(2, 60, 103)];
  for (let round = 0; round < 3; round += 1) {
    t.strictSame(table.ofSeries(1, day, 100), expected);
    t.strictSame(table.ofSeries(1, day, 2), expected.slice(0, 2));
    t.strictSame(table.ofSeries(2, day, 100), other);
    t.strictSame(table.get(startMs + minuteMs, 1), windowOf(1, 1, 100));
    t.equal(table.get(startMs + 3 * minuteMs, 1), undefined);
    t.strictSame(
      table.all(day).filter(({ series }) => series === 1),
      expected,
    );
    t.equal(table.all(day).length, 6);
    t.equal(table.all({ startMs: startMs + minuteMs, endMs: startMs + 30 * minuteMs }).length, 2);
    t.equal(table.all(day, { from: 2, to: 3 }).length, 2);
    t.ok((table.oldestMs() ?? 0) <= startMs && (table.newestMs() ?? 0) >= startMs + 60 * minuteMs);
    const oldest = table.oldestRow();
    if (oldest !== undefined) table.pack(Math.floor(oldest.startMs / hourMs) * hourMs, slice, new Map());
  }
  t.equal(table.oldestRow(), undefined);
  connection.close();
  t.end();
});

t.test(
  'packing some minutes of an hour leaves the others, and only the hours that changed are written',
  (t) => {
    const { connection, table } = open(t.testdir());
    const changes = connection.prepare<[], number>('SELECT total_changes()').pluck();
    table.pack(startMs, slice, new Map([[1, [windowOf(1, 5, 5), windowOf(1, 7, 7)]]]));
    const before = changes.get() ?? 0;
    table.pack(startMs, slice, new Map([[1, [windowOf(1, 5, 5)]]]));
    t.equal(changes.get(), before, 'the same again writes nothing');
    table.pack(startMs, slice, new Map([[1, [windowOf(1, 6, 6)]]]));
    t.strictSame(
      table.ofSeries(1, day, 10),
      [5, 6, 7].map((minute) => windowOf(1, minute, minute)),
    );
    connection.close();
    t.end();
  },
);

t.test('a block that was changed on disk, or stands in the place of another, is never served', (t) => {
  const { connection, table } = open(t.testdir());
  table.pack(startMs, slice, new Map([[1, [windowOf(1, 5, 5)]]]));
  connection.exec('UPDATE minute_block SET place = place + 1');
  t.throws(() => table.ofSeries(2, day, 10), { code: 'database_unreadable' });
  t.throws(() => table.all(day), { code: 'database_unreadable' });
  connection.close();
  t.end();
});

t.test('series that have no minutes for years are passed over', (t) => {
  const { connection, table } = open(t.testdir());
  const laterMs = startMs + 5 * 8_760 * hourMs;
  const later = { ...windowOf(3, 0, 1), startMs: laterMs };
  table.pack(startMs, slice, new Map([[1, [windowOf(1, 0, 1)]]]));
  table.pack(laterMs, slice, new Map([[3, [later]]]));
  t.strictSame(table.ofSeries(3, { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }, 10), [later]);
  t.same(table.prune(laterMs), { rows: 1, remaining: false });
  t.equal(table.oldestMs(), laterMs);
  connection.close();
  t.end();
});
