import { closeSync, copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import { openPageFile } from '../../../gateway/storage/salvage/page-file.ts';
import type { StoredValue } from '../../../gateway/storage/salvage/record.ts';
import { asRow, tableShapes } from '../../../gateway/storage/salvage/table-shape.ts';
import { walkTrees, type WalkedTrees } from '../../../gateway/storage/salvage/tree-walk.ts';

type Rows = Map<string, StoredValue[][]>;

const schema = `
  CREATE TABLE log (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT;
  CREATE TABLE window (start INTEGER NOT NULL, series INTEGER NOT NULL, mean REAL, note ANY,
    PRIMARY KEY (series, start)) STRICT, WITHOUT ROWID;`;

function rowsOf(path: string, shapesFrom: Sqlite.Database): { rows: Rows; walked: WalkedTrees } {
  const shapes = tableShapes(shapesFrom);
  const rows: Rows = new Map(shapes.map(({ name }) => [name, []]));
  const file = openPageFile(path);
  const walked = walkTrees(file, {
    record: (tree, record) => {
      for (const shape of shapes) {
        if (tree !== undefined && tree.name !== shape.name) continue;
        const row = asRow(shape, record);
        if (row !== undefined) rows.get(shape.name)?.push(row);
      }
    },
    hole: () => undefined,
  });
  file.close();
  return { rows, walked };
}

function rowsBySql(connection: Sqlite.Database, table: string): unknown[][] {
  const order = table === 'log' ? 'number' : 'series, start';
  return connection.prepare<[], unknown[]>(`SELECT * FROM ${table} ORDER BY ${order}`).raw().all();
}

function fill(connection: Sqlite.Database, count: number, bytes: (index: number) => number): void {
  const log = connection.prepare('INSERT OR REPLACE INTO log VALUES (?, ?, ?)');
  const window = connection.prepare('INSERT OR REPLACE INTO window VALUES (?, ?, ?, ?)');
  connection.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      log.run(index * 7, `name ${index} é`, Buffer.alloc(bytes(index), index));
      window.run(
        index * 60_000,
        index % 5,
        index % 3 === 0 ? index / 8 : null,
        index % 2 === 0 ? 'x' : index,
      );
    }
  })();
}

t.test('pages are read as SQLite reads them, with those of the write-ahead log in their place', (t) => {
  const directory = t.testdir();
  const sizes = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 5 });
  let round = 0;
  const property = fc.property(
    fc.integer({ min: 1, max: 1_500 }),
    sizes,
    fc.constantFrom(512, 4_096, 65_536),
    (count, bytes, pageBytes) => {
      const path = join(directory, `${(round += 1)}.db`);
      const connection = new Sqlite(path);
      connection.pragma(`page_size = ${pageBytes}`);
      connection.pragma('journal_mode = WAL');
      connection.exec(schema);
      fill(connection, count, (index) =>
        index % 40 === 0 ? (bytes[index % bytes.length] ?? 0) : index % 50,
      );
      connection.pragma('wal_checkpoint(TRUNCATE)');
      connection.exec(
        'DELETE FROM log WHERE number % 3 = 0; UPDATE window SET mean = 1.5 WHERE start > 9000000',
      );
      const { rows, walked } = rowsOf(path, connection);
      t.same(rows.get('log'), rowsBySql(connection, 'log'));
      t.same(rows.get('window'), rowsBySql(connection, 'window'));
      t.same([walked.holes, walked.strayPages], [0, 0]);
      connection.close();
    },
  );
  fc.assert(property, { numRuns: 12 });
  t.end();
});

t.test('whatever the bytes are, reading them ends, and tells of holes', (t) => {
  const directory = t.testdir();
  const whole = join(directory, 'whole.db');
  const connection = new Sqlite(whole);
  connection.exec(schema);
  fill(connection, 600, (index) => (index % 30 === 0 ? 9_000 : 20));
  const bytes = readFileSync(whole);
  const path = join(directory, 'garbage.db');
  const damage = fc.array(
    fc.tuple(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 300 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(damage, fc.boolean(), (spots, alsoLog) => {
      const spoiled = Buffer.from(bytes);
      for (const [at, garbage] of spots) spoiled.set(garbage.subarray(0, spoiled.length - at), at);
      writeFileSync(path, spoiled);
      writeFileSync(`${path}-wal`, alsoLog ? spoiled.subarray(4_096, 40_000) : '');
      const { walked } = rowsOf(path, connection);
      t.ok(walked.strayPages <= spoiled.length / 512);
    }),
    { numRuns: 60 },
  );
  connection.close();
  t.end();
});

t.test('the rows under a lost page of pointers are found, and those of free pages are left', (t) => {
  const directory = t.testdir();
  const whole = join(directory, 'whole.db');
  const connection = new Sqlite(whole);
  connection.pragma('page_size = 512');
  connection.exec(schema);
  fill(connection, 2_000, () => 30);
  connection.exec('DELETE FROM log WHERE number < 5000');
  const kept = rowsBySql(connection, 'log');
  const root = connection.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'log'").pluck().get();
  const path = join(directory, 'spoiled.db');
  copyFileSync(whole, path);
  const handle = openSync(path, 'r+');
  writeSync(handle, Buffer.alloc(512), 0, 512, (Number(root) - 1) * 512);
  closeSync(handle);
  const { rows, walked } = rowsOf(path, connection);
  t.equal(walked.holes, 1);
  t.ok(walked.strayPages > 10);
  const found = new Set((rows.get('log') ?? []).map(([number]) => number));
  t.same(
    kept.filter(([number]) => !found.has(number as number)),
    [],
  );
  t.equal(found.size, kept.length);
  connection.close();
  t.end();
});

t.test(
  'what was committed behind a damaged frame of the log is found, what was not committed is not',
  (t) => {
    const directory = t.testdir();
    const path = join(directory, 'egw.db');
    const connection = new Sqlite(path);
    connection.pragma('journal_mode = WAL');
    connection.exec(schema);
    connection.pragma('wal_checkpoint(TRUNCATE)');
    for (let number = 1; number <= 9; number += 1) {
      connection.prepare('INSERT INTO log VALUES (?, ?, ?)').run(number, `name ${number}`, Buffer.of(number));
    }
    const log = readFileSync(`${path}-wal`);
    const copy = join(directory, 'copy.db');
    copyFileSync(path, copy);
    const frameBytes = 4_096 + 24;
    const frames = Math.floor((log.length - 32) / frameBytes);
    const spoil = (frame: number): Buffer => {
      const spoiled = Buffer.from(log);
      const at = 32 + frame * frameBytes + 24 + 4_000;
      spoiled[at] = (spoiled[at] ?? 0) ^ 4;
      return spoiled;
    };
    const numbersAfter = (wal: Buffer): unknown[] => {
      writeFileSync(`${copy}-wal`, wal);
      const { rows } = rowsOf(copy, connection);
      return [...new Set((rows.get('log') ?? []).map(([number]) => number))];
    };
    t.same(numbersAfter(spoil(2)), [1, 2, 3, 4, 5, 6, 7, 8, 9], 'later versions of the pages are taken');
    t.same(numbersAfter(spoil(frames - 1)), [1, 2, 3, 4, 5, 6, 7, 8], 'the last commit is gone');
    t.same(numbersAfter(log.subarray(0, log.length - 1)), [1, 2, 3, 4, 5, 6, 7, 8], 'a frame is cut short');
    t.same(numbersAfter(Buffer.from('no log')), []);
    connection.close();
    t.end();
  },
);
