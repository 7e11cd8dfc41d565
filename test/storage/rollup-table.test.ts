import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import t from 'tap';
import { openConnection } from '../../gateway/storage/connection.ts';
import { RollupTable } from '../../gateway/storage/rollup-table.ts';
import { SeriesStore } from '../../gateway/storage/series-store.ts';
import { startMs } from './scratch.ts';

const hourMs = 3_600_000;
const window = { startMs, endMs: startMs + hourMs };
const totals = { min: 1.5, max: 2, sum: 7.1, last: 2, lastOffsetMs: 59_000, n: 4, bad: 1 };

function open(directory: string): { connection: Sqlite.Database; table: RollupTable } {
  const connection = openConnection(join(directory, 'egw.db'), 1);
  new SeriesStore(connection).intern([{ device: 'meter', quantity: 'grid_power_w' }]);
  return { connection, table: new RollupTable(connection, 'hour') };
}

t.test('a row that was changed on disk is never served, by none of the ways to read it', (t) => {
  const columns = ['length_ms', 'min', 'max', 'sum', 'last', 'last_offset_ms', 'n', 'bad', 'crc'];
  const { connection, table } = open(t.testdir());
  const refused = { code: 'database_unreadable', message: new RegExp(`rollup_hour.*${startMs}`) };
  for (const column of columns) {
    table.put(window, 1, totals);
    t.match(table.get(startMs, 1), totals);
    connection.exec(`UPDATE rollup_hour SET ${column} = ${column} + 1`);
    t.throws(() => table.get(startMs, 1), refused, column);
    t.throws(() => table.all(window), refused, column);
    t.throws(() => table.ofSeries(1, window, 1), refused, column);
  }
  connection.close();
  t.end();
});

t.test('a row without a check is refused, as is one whose check fails', (t) => {
  const { connection, table } = open(t.testdir());
  table.put(window, 1, { ...totals, min: null, max: null, sum: null, last: null, lastOffsetMs: null, n: 0 });
  connection.exec('UPDATE rollup_hour SET crc = NULL');
  t.throws(() => table.get(startMs, 1), { code: 'database_unreadable' });
  connection.close();
  t.end();
});

t.test('a slice has the series of its ids and no others', (t) => {
  const { connection, table } = open(t.testdir());
  const keys = Array.from({ length: 5 }, (_, index) => ({
    device: `meter-${index}`,
    quantity: 'pv_power_w' as const,
  }));
  new SeriesStore(connection).intern(keys);
  for (const series of [1, 2, 3, 4, 5]) {
    for (const hours of [0, 1, 3]) {
      const from = startMs + hours * hourMs;
      table.put({ startMs: from, endMs: from + hourMs }, series, totals);
    }
  }
  const read = table.all({ startMs, endMs: startMs + 3 * hourMs }, { from: 2, to: 4 });
  t.same(
    read.map(({ startMs: from, series }) => [(from - startMs) / hourMs, series]),
    [
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
    ],
  );
  table.deleteSlice([startMs], { from: 2, to: 6 });
  t.equal(table.all({ startMs, endMs: startMs + 4 * hourMs }).length, 11);
  t.same(table.oldest(), { startMs, series: 1 });
  connection.close();
  t.end();
});
