import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { checkDatabase } from '../../../gateway/storage/check/check-database.ts';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { Gap } from '../../../gateway/storage/store-calls.ts';
import { everything } from '../scratch.ts';
import { buildHome, copyHome, endMs, openHome, readAnswers, zone, type Answers } from './damaged-home.ts';

t.setTimeout(120_000);
const home = buildHome(t.testdir());
const pageBytes = 4_096;

function damagedCopy(directory: string, spoil: (bytes: Buffer) => Buffer): string {
  copyHome(home.closed, directory);
  const path = join(directory, 'egw.db');
  writeFileSync(path, spoil(readFileSync(path)));
  return path;
}

/** What is not answered as it had been stored. */
function oddOnes(answers: Answers): readonly string[] {
  const names = new Set([...answers.keys(), ...home.truth.keys()]);
  return [...names].filter((name) => answers.get(name) !== home.truth.get(name)).slice(0, 5);
}

function gapsOf(service: DatabaseService): readonly Gap[] {
  return service.listGaps({ beforeNumber: 2 ** 31, rowsMax: 100 });
}

/** The root of a table's tree, which is all of it when it is small. */
function rootOf(table: string): number {
  const connection = new Sqlite(join(home.closed, 'egw.db'), { readonly: true });
  const root = connection
    .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
    .pluck()
    .get(table);
  connection.close();
  return root ?? 0;
}

function zeroPage(bytes: Buffer, page: number): Buffer {
  return bytes.fill(0, (page - 1) * pageBytes, page * pageBytes);
}

t.test('without its header, or its first page, a database keeps everything', (t) => {
  for (const length of [100, pageBytes]) {
    const directory = t.testdir();
    damagedCopy(directory, (bytes) => bytes.fill(0, 0, length));
    const service = openHome(directory);
    t.same(oddOnes(readAnswers(service, () => t.fail('nothing is refused'))), []);
    const note = service.salvageNote();
    t.match(note, { atMs: endMs, why: /no header/, droppedRows: 0 });
    const { acknowledged, staged, packed, pruned, missing } = service.account();
    t.equal(acknowledged, staged + packed + pruned + missing);
    const [line] = service.listAuditLines({ beforeMs: endMs + 1, rowsMax: 1 });
    t.match(line, { principal: 'gateway', action: 'storage.salvaged', outcome: 'ok' });
    t.ok(service.databaseStatus().epoch >= Math.floor(endMs / 1000), 'a new epoch');
    service.acknowledgeSalvage();
    t.equal(service.salvageNote(), null);
    service.close();
    t.equal(checkDatabase(directory).damage.length, 0);
  }
  t.end();
});

t.test('what a lost page held is counted, with the time it was of', (t) => {
  const directory = t.testdir();
  const path = damagedCopy(directory, (bytes) => bytes);
  const connection = new Sqlite(path);
  const { startMs, series } = connection
    .prepare<[], { startMs: number; series: number }>(
      'SELECT start_ms AS startMs, series FROM block LIMIT 1 OFFSET 4',
    )
    .get() ?? { startMs: 0, series: 0 };
  connection
    .prepare('UPDATE block SET body = zeroblob(40) WHERE start_ms = ? AND series = ?')
    .run(startMs, series);
  connection.close();
  const service = openHome(directory);
  const query = { ...everything(series), fromMs: startMs, toMs: startMs + 300_000 };
  t.throws(() => service.rawRange(query), { code: 'database_unreadable' }, 'it is not answered');
  t.same(service.rawRange(query).rows, []);
  t.match(gapsOf(service), [{ reason: 'damage', fromMs: startMs, toMs: startMs + 300_000, readings: 30 }]);
  t.equal(service.salvageNote()?.missingReadings, 30);
  const { acknowledged, staged, packed, pruned, missing } = service.account();
  t.same([acknowledged, missing], [staged + packed + pruned + missing, 30]);
  service.close();
  t.end();
});

t.test('series whose rows are lost are known by the index over their names', (t) => {
  const directory = t.testdir();
  damagedCopy(directory, (bytes) => zeroPage(bytes, rootOf('series')));
  const service = openHome(directory);
  t.same(oddOnes(readAnswers(service, () => undefined)), []);
  service.close();
  t.end();
});

t.test('marks that are lost are made from what there is', (t) => {
  const directory = t.testdir();
  damagedCopy(directory, (bytes) => zeroPage(bytes, rootOf('mark')));
  const service = openHome(directory);
  t.same(oddOnes(readAnswers(service, () => undefined)), []);
  const { acknowledged, staged, packed, pruned, missing } = service.account();
  t.equal(acknowledged, staged + packed + pruned + missing);
  service.close();
  t.end();
});

t.test('a file that the disk has emptied gives way to a new one, and says so', (t) => {
  for (const left of [Buffer.alloc(0), Buffer.alloc(3 * pageBytes)]) {
    const directory = t.testdir();
    damagedCopy(directory, () => left);
    const service = openHome(directory);
    t.same(service.listSeries(), []);
    t.match(gapsOf(service), [{ reason: 'damage', readings: null }]);
    t.equal(service.salvageNote()?.missingReadings, null);
    service.close();
  }
  t.end();
});

t.test("somebody else's file is refused, and left as it is", (t) => {
  const directory = t.testdir({ 'egw.db': 'no database, but something that matters '.repeat(400) });
  const before = readFileSync(join(directory, 'egw.db'));
  t.throws(() => openHome(directory), { code: 'database_unreadable' });
  rmSync(join(directory, 'egw.db'));
  const other = new Sqlite(join(directory, 'other.db'));
  other.exec("CREATE TABLE setting (name TEXT, value TEXT); INSERT INTO setting VALUES ('a', 'b')");
  other.close();
  const foreign = readFileSync(join(directory, 'other.db'));
  for (const bytes of [before, foreign]) {
    writeFileSync(join(directory, 'egw.db'), bytes);
    t.throws(() => openHome(directory), {
      code: 'database_unreadable',
      message: /not a database of this gateway/,
    });
    t.ok(bytes.equals(readFileSync(join(directory, 'egw.db'))));
  }
  t.same(
    readdirSync(directory).filter((name) => name.includes('damaged') || name.includes('next')),
    [],
  );
  t.end();
});

t.test('a log that was deleted or cut is missed, by what its index said', (t) => {
  for (const spoil of [
    (log: string): void => rmSync(log),
    (log: string): void => writeFileSync(log, readFileSync(log).subarray(0, 60_000)),
  ]) {
    const directory = t.testdir();
    copyHome(home.live, directory);
    spoil(join(directory, 'egw.db-wal'));
    t.match(checkDatabase(directory), { damage: [/egw\.db-wal/] });
    const service = openHome(directory);
    t.match(service.salvageNote(), { why: /egw\.db-wal/, missingReadings: null });
    t.match(gapsOf(service)[0], { reason: 'damage', readings: null, detail: /committed after commit/ });
    service.close();
  }
  t.end();
});

t.test(
  'of damaged files the newest two are kept; one that is damaged again at once is not salvaged again',
  (t) => {
    const directory = t.testdir();
    const spoil = (bytes: Buffer): Buffer => bytes.fill(0, 0, 100);
    damagedCopy(directory, spoil);
    const path = join(directory, 'egw.db');
    for (let days = 1; days <= 3; days += 1) {
      const nowMs = endMs + days * 86_400_000;
      new DatabaseService({ directory, zone, nowMs }).close();
      t.ok(existsSync(path));
      copyFileSync(join(home.closed, 'egw.db'), path);
      writeFileSync(path, spoil(readFileSync(path)));
      t.throws(() => new DatabaseService({ directory, zone, nowMs: nowMs + 60_000 }), {
        code: 'database_unreadable',
        message: /soon after it was salvaged/,
      });
    }
    const kept = readdirSync(directory).filter((name) => name.startsWith('egw.db.damaged-'));
    t.same(kept.sort(), ['egw.db.damaged-20260312T004500000Z', 'egw.db.damaged-20260313T004500000Z']);
    t.end();
  },
);

t.test('a value that was changed on disk is found by the check, and answered no more', (t) => {
  const directory = t.testdir();
  const path = damagedCopy(directory, (bytes) => bytes);
  t.match(checkDatabase(directory), { damage: [], isInUse: false });
  const connection = new Sqlite(path);
  connection.exec("UPDATE setting SET value = 'another' WHERE name = 'setting-3'");
  connection.close();
  const { damage } = checkDatabase(directory);
  t.match(damage, [/setting-3/]);
  const service = openHome(directory);
  t.throws(() => service.getSetting('setting-3'), { code: 'database_unreadable' });
  t.equal(service.getSetting('setting-3'), undefined);
  t.equal(service.getSetting('setting-4'), 'value value value value é');
  service.close();
  t.same(checkDatabase(directory).damage, []);
  t.end();
});

t.test('a commit whose number was changed is not taken for another one', (t) => {
  const directory = t.testdir();
  const path = damagedCopy(directory, (bytes) => bytes);
  spoil(path, 'UPDATE staged SET commit_number = commit_number + 1024 WHERE commit_number = 5');
  const service = openHome(directory);
  t.same(oddOnes(readAnswers(service, () => t.fail('nothing is refused'))), [], 'its readings were packed');
  t.match(service.salvageNote(), { droppedRows: 1 });
  service.close();
  t.end();
});

t.test('a mark whose name was damaged does not count as one that was never set', (t) => {
  const directory = t.testdir();
  const path = damagedCopy(directory, (bytes) => bytes);
  spoil(path, "UPDATE mark SET name = 'packed_to_cnmmit' WHERE name = 'packed_to_commit'");
  const service = openHome(directory);
  t.match(service.salvageNote()?.why, /table mark/);
  t.same(oddOnes(readAnswers(service, () => t.fail('nothing is refused'))), [], 'nothing is there twice');
  t.same(gapsOf(service), []);
  service.close();
  t.end();
});

for (const spoilt of [
  'offset_ms = NULL',
  'offset_ms = 4',
  'is_estimated = 1',
  'crc = crc + 1',
  'crc = NULL',
]) {
  t.test(`a commit in the log with ${spoilt} is found, and is again as it was`, (t) => {
    const directory = t.testdir();
    const path = damagedCopy(directory, (bytes) => bytes);
    spoil(
      path,
      `UPDATE staged SET ${spoilt} WHERE commit_number = (SELECT max(commit_number) - 1 FROM staged)`,
    );
    const service = openHome(directory);
    t.match(service.salvageNote()?.why, /commit \d+ is not what was committed/);
    t.same(oddOnes(readAnswers(service, () => t.fail('nothing is refused'))), [], 'its bytes tell its times');
    t.same(gapsOf(service), []);
    service.close();
    t.end();
  });
}

t.test('a newest commit that is not what was committed is missed', (t) => {
  const directory = t.testdir();
  const path = damagedCopy(directory, (bytes) => bytes);
  const newest = 'commit_number = (SELECT max(commit_number) FROM staged)';
  spoil(path, `UPDATE staged SET hash = zeroblob(32) WHERE ${newest}`);
  const service = openHome(directory);
  t.match(service.salvageNote(), { droppedRows: 1, missingReadings: null });
  t.match(gapsOf(service), [
    { reason: 'damage', readings: null, detail: /^commits (\d+) to \1, not yet packed$/ },
  ]);
  service.close();
  t.end();
});

function spoil(path: string, sql: string): void {
  const connection = new Sqlite(path);
  t.equal(connection.prepare(sql).run().changes, 1);
  connection.close();
}
