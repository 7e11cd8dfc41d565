import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import { takeInstanceLock } from '../../../gateway/storage/instance-lock.ts';
import { restoreDatabase } from '../../../gateway/storage/upkeep/restore-database.ts';
import { openScratch } from '../scratch.ts';
import {
  appendHour,
  contentFrom,
  dayMs,
  firstDayMs,
  hourMs,
  openHistory,
  scratchDirectory,
  zone,
} from './history.ts';

const nowMs = firstDayMs + dayMs;
const laterMs = nowMs + 3 * hourMs;

/** A database with a backup, and three hours of readings since. */
function goneOn(t: Test): { directory: string; backup: string; content: unknown; epoch: number } {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, 1);
  const { path: backup } = service.writeBackup({ nowMs, keep: 3 });
  const content = contentFrom(service, 0);
  for (let hour = 24; hour < 27; hour += 1) appendHour(service, hour);
  const { epoch } = service.databaseStatus();
  service.close();
  return { directory, backup, content, epoch };
}

t.test('a backup takes the place of the database, which is kept, and what lies between is said', (t) => {
  const { directory, backup, content, epoch } = goneOn(t);
  const report = restoreDatabase(directory, backup, laterMs);
  const tenMinutesMs = 600_000;
  t.match(report, {
    restored: { newestMs: nowMs - tenMinutesMs, commits: 24 },
    replaced: { newestMs: laterMs - tenMinutesMs, commits: 27, epoch },
    keptAs: join(directory, 'egw.db.replaced-20260311T020000Z'),
  });
  const service = openScratch(directory, zone);
  t.strictSame(contentFrom(service, 0), content);
  t.ok(
    service.databaseStatus().epoch > epoch,
    'what was sent of the lost hours is not continued as if it were there',
  );
  appendHour(service, 24);
  t.equal(service.databaseStatus().commits, 25);
  service.close();
  const back = restoreDatabase(directory, report.keptAs ?? '', laterMs);
  t.equal(back.restored.commits, 27, 'and the other way round');
  t.same(
    readdirSync(directory)
      .filter((name) => name.startsWith('egw.db'))
      .toSorted(),
    ['egw.db', 'egw.db.replaced-20260311T020000Z', 'egw.db.replaced-20260311T020000Z-2'],
  );
  t.end();
});

t.test('an archive can be restored, and so can a database that was in use when its gateway died', (t) => {
  const { directory } = goneOn(t);
  const service = openScratch(directory, zone);
  appendHour(service, 27);
  const copied = scratchDirectory(t);
  for (const suffix of ['', '-wal']) {
    writeFileSync(join(copied, `egw.db${suffix}`), readFileSync(join(directory, `egw.db${suffix}`)));
  }
  service.close();
  const empty = scratchDirectory(t);
  const report = restoreDatabase(empty, join(copied, 'egw.db'), laterMs);
  t.match(report, { restored: { commits: 28 }, replaced: undefined, keptAs: undefined });
  const restored = openScratch(empty, zone);
  t.equal(restored.databaseStatus().commits, 28, 'with what was only in its log');
  restored.close();
  t.end();
});

t.test('what is no whole database of ours is refused, and everything stays as it was', (t) => {
  const { directory, backup } = goneOn(t);
  const before = readFileSync(join(directory, 'egw.db'));
  const place = scratchDirectory(t);
  const bad: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    text: Buffer.from('no database '.repeat(1_000)),
    half: readFileSync(backup).subarray(0, 20_000),
    flipped: readFileSync(backup).fill(0xff, 8_192, 12_288),
  };
  for (const [name, bytes] of Object.entries(bad)) {
    const file = join(place, name);
    writeFileSync(file, bytes);
    t.throws(
      () => restoreDatabase(directory, file, laterMs),
      { code: 'database_unreadable', message: new RegExp(file) },
      name,
    );
  }
  const foreign = join(place, 'foreign');
  new Sqlite(foreign).exec('CREATE TABLE x (y)').close();
  t.throws(() => restoreDatabase(directory, foreign, laterMs), {
    code: 'database_unreadable',
    message: /not a database of this/,
  });
  const newer = join(place, 'newer');
  writeFileSync(newer, readFileSync(backup));
  const connection = new Sqlite(newer);
  connection.pragma('user_version = 999');
  connection.close();
  t.throws(() => restoreDatabase(directory, newer, laterMs), { code: 'database_newer' });
  t.throws(() => restoreDatabase(directory, join(place, 'none'), laterMs), { code: 'not_found' });
  t.throws(() => restoreDatabase(directory, place, laterMs), { code: 'database_unreadable' });
  t.throws(() => restoreDatabase(directory, join(directory, 'egw.db'), laterMs), { code: 'input_invalid' });
  t.ok(readFileSync(join(directory, 'egw.db')).equals(before));
  t.same(
    readdirSync(directory).filter((name) => /next|replaced/.test(name)),
    [],
  );
  t.end();
});

t.test('a backup of an older version is brought to the schema of this one', (t) => {
  const fixture = new URL('../migrations/fixtures/schema-3.db.gz', import.meta.url);
  const directory = scratchDirectory(t);
  const file = join(scratchDirectory(t), 'old.db');
  writeFileSync(file, gunzipSync(readFileSync(fixture)));
  const before = readFileSync(file);
  t.match(restoreDatabase(directory, file, laterMs).restored, { newestMs: Number });
  t.ok(readFileSync(file).equals(before), 'the backup itself stays as it is');
  const service = openScratch(directory, zone);
  t.equal(service.listSeries().length, 3);
  service.close();
  t.end();
});

t.test('nothing is restored while a gateway runs on the directory', (t) => {
  const { directory, backup } = goneOn(t);
  const lock = takeInstanceLock(directory);
  t.throws(() => restoreDatabase(directory, backup, laterMs), { code: 'data_dir_in_use' });
  lock.release();
  t.ok(restoreDatabase(directory, backup, laterMs).keptAs);
  t.end();
});

t.test('a database that cannot be read any more is replaced, and kept with its log', (t) => {
  const { directory, backup, content } = goneOn(t);
  writeFileSync(join(directory, 'egw.db'), 'damage '.repeat(1_000));
  writeFileSync(join(directory, 'egw.db-wal'), 'its log');
  const report = restoreDatabase(directory, backup, laterMs);
  t.equal(report.replaced, undefined);
  t.ok(existsSync(`${String(report.keptAs)}-wal`));
  const service = openScratch(directory, zone);
  t.strictSame(contentFrom(service, 0), content);
  service.close();
  t.end();
});
