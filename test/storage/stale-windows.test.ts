import { join } from 'node:path';
import t from 'tap';
import { openConnection } from '../../gateway/storage/connection.ts';
import { StaleWindows } from '../../gateway/storage/stale-windows.ts';
import { startMs } from './scratch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

t.test('minutes that an older version noted one by one are those of their hours, and go with them', (t) => {
  const connection = openConnection(join(t.testdir(), 'egw.db'), 1);
  const insert = connection.prepare('INSERT INTO stale_window (level, start_ms) VALUES (?, ?)');
  for (const minute of [0, 7, 59, 60, 119]) insert.run(0, startMs + minute * minuteMs);
  insert.run(1, startMs);
  insert.run(2, startMs - hourMs);
  const stale = new StaleWindows(connection);
  t.same([...stale.starts('minute')], [startMs, startMs + hourMs]);
  t.same([...stale.starts('hour')], [startMs]);
  t.equal(stale.oldestMs(), startMs - hourMs);
  t.equal(stale.oldestMs(['minute']), startMs);
  t.equal(stale.oldestMs(['hour', 'day']), startMs - hourMs);
  stale.remove('minute', startMs);
  stale.remove('day', startMs - hourMs);
  const again = new StaleWindows(connection);
  t.same([...again.starts('minute')], [startMs + hourMs]);
  t.same([...again.starts('hour')], [startMs]);
  t.same([...again.starts('day')], []);
  again.remove('minute', startMs + hourMs);
  again.remove('hour', startMs);
  t.equal(new StaleWindows(connection).oldestMs(), Infinity);
  connection.close();
  t.end();
});

t.test('a window that is noted already writes nothing', (t) => {
  const connection = openConnection(join(t.testdir(), 'egw.db'), 1);
  const stale = new StaleWindows(connection);
  stale.add('minute', startMs);
  const changes = connection.prepare<[], number>('SELECT total_changes()').pluck();
  const before = changes.get();
  stale.add('minute', startMs);
  new StaleWindows(connection).add('minute', startMs);
  t.equal(changes.get(), before);
  connection.close();
  t.end();
});
