import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import { encodeBlock } from '../../../gateway/storage/block-codec.ts';
import { checkDatabase } from '../../../gateway/storage/check/check-database.ts';
import { ReadingColumn } from '../../../gateway/storage/reading-column.ts';
import type { CheckCursor, CheckStep } from '../../../gateway/storage/store-calls.ts';
import { batchOf, internSeries, openScratch, packAll, rollUpAll, startMs } from '../scratch.ts';
import { scratchDirectory } from '../upkeep/history.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const [boiler, meter] = [1, 2];
/** Both devices have readings in the first window, and the meter alone in the one an hour later. */
const [sharedMs, ownMs] = [startMs, startMs + hourMs];

/** Of both devices, packed; then all of the boiler is past its retention. */
function thinned(t: Test): string {
  const directory = t.testdir();
  const service = openScratch(directory, 'UTC');
  service.internSeries([
    { device: 'boiler', quantity: 'grid_voltage_l1_v' },
    { device: 'meter', quantity: 'grid_voltage_l1_v' },
  ]);
  const samples = [
    [boiler, sharedMs, 1],
    [meter, sharedMs, 2],
    [meter, ownMs, 3],
  ] as const;
  service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf(samples));
  const nowMs = startMs + dayMs;
  rollUpAll(service, nowMs);
  packAll(service, nowMs);
  while (service.prune(nowMs, { rawMs: 10 * dayMs, devices: { boiler: { rawMs: hourMs } } }).remaining);
  t.match(service.account(), { packed: 2, pruned: 1 });
  service.close();
  return directory;
}

/** Puts a block there that passes its own check, and is not what was packed. */
function replaceBlock(directory: string, windowMs: number): void {
  const file = new Sqlite(join(directory, 'egw.db'));
  const where = 'WHERE start_ms = ? AND series = ?';
  const toCommit = Number(file.prepare(`SELECT to_commit FROM block ${where}`).pluck().get(windowMs, meter));
  const column = new ReadingColumn();
  column.push(windowMs, 99, 0);
  const body = encodeBlock(column, { startMs: windowMs, series: meter, toCommit });
  file.prepare(`UPDATE block SET body = ? ${where}`).run(body, windowMs, meter);
  file.close();
}

t.test('a window that retention has thinned is as it should be', (t) => {
  t.same(checkDatabase(thinned(t)).damage, []);
  t.end();
});

t.test('seals go with the last block that they seal, though devices are kept differently long', (t) => {
  const directory = thinned(t);
  const service = openScratch(directory, 'UTC');
  const retention = { rawMs: 10 * dayMs, devices: { boiler: { rawMs: hourMs } } };
  service.appendReadings({ bootId: 'later', sequence: 1 }, batchOf([[meter, startMs + 20 * dayMs, 4]]));
  rollUpAll(service, startMs + 21 * dayMs);
  packAll(service, startMs + 21 * dayMs);
  const sealed = (): unknown => {
    const file = new Sqlite(join(directory, 'egw.db'), { readonly: true });
    const starts = file.prepare('SELECT start_ms FROM seal ORDER BY 1').pluck().all();
    file.close();
    return starts;
  };
  t.same(sealed(), [sharedMs, ownMs, startMs + 20 * dayMs], 'of thinned windows they stay');
  while (service.prune(startMs + 21 * dayMs, retention).remaining);
  t.match(service.account(), { packed: 1, pruned: 3 });
  t.same(sealed(), [startMs + 20 * dayMs]);
  service.close();
  t.same(checkDatabase(directory).damage, []);
  t.end();
});

t.test('a whole window is compared with its seal, though devices beside it are past their retention', (t) => {
  const directory = thinned(t);
  replaceBlock(directory, ownMs);
  t.match(checkDatabase(directory).damage, [/01:00:00.000Z to .* does not hold what was packed$/]);
  t.end();
});

t.test('of a thinned window the blocks that are left are told by their own checks', (t) => {
  const directory = thinned(t);
  replaceBlock(directory, sharedMs);
  t.same(checkDatabase(directory).damage, [], 'nothing else tells of them');
  const file = new Sqlite(join(directory, 'egw.db'));
  file.prepare("UPDATE block SET body = CAST(body || 'x' AS BLOB) WHERE start_ms = ?").run(sharedMs);
  file.close();
  t.match(checkDatabase(directory).damage, [/^table block: .* fails its check$/]);
  t.end();
});

t.test(
  'commits that wait for packing are read a part at a time, and followed from one part to the next',
  (t) => {
    const directory = scratchDirectory(t);
    const service = openScratch(directory, 'UTC');
    internSeries(service, 1);
    const count = 650;
    for (let sequence = 1; sequence <= count; sequence += 1)
      service.appendReadings({ bootId: 'boot', sequence }, batchOf([[1, startMs + sequence, sequence]]));
    let rowsMax = 0;
    let rows = 0;
    for (let cursor: CheckCursor | null = { stage: 1, key: [] }; cursor?.stage === 1;) {
      const step: CheckStep = service.checkStep(cursor);
      t.equal(step.damage, null);
      rowsMax = Math.max(rowsMax, step.rows);
      rows += step.rows;
      cursor = step.cursor;
    }
    t.equal(rows, count);
    t.ok(rowsMax <= 300, `${rowsMax} rows at once`);
    service.close();
    const file = new Sqlite(join(directory, 'egw.db'));
    file.prepare('UPDATE staged SET hash = zeroblob(32) WHERE commit_number = 300').run();
    t.match(checkDatabase(directory).damage, ['commit 300 is not what was committed']);
    const body = file.prepare('SELECT body FROM staged WHERE commit_number = 302').pluck().get();
    file.prepare('UPDATE staged SET body = ?, hash = NULL WHERE commit_number = 300').run(body);
    t.match(checkDatabase(directory).damage, ['commit 301 is not what was committed'], 'in the next part');
    file.prepare('DELETE FROM staged WHERE commit_number IN (500, 501)').run();
    file.close();
    t.match(checkDatabase(directory).damage, [/^commits? /]);
    t.end();
  },
);
