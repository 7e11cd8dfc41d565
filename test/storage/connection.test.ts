import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { assertDurable, openConnection } from '../../gateway/storage/connection.ts';
import { migrations, schemaVersion } from '../../gateway/storage/migrations/index.ts';

t.test('every connection is durable, and says so when asked', (t) => {
  const path = join(t.testdir(), 'egw.db');
  for (let opening = 0; opening < 2; opening += 1) {
    const connection = openConnection(path, 7);
    t.equal(connection.pragma('synchronous', { simple: true }), 2, 'FULL');
    t.equal(connection.pragma('journal_mode', { simple: true }), 'wal');
    t.equal(connection.pragma('foreign_keys', { simple: true }), 1);
    t.equal(connection.pragma('busy_timeout', { simple: true }), 5_000);
    t.equal(connection.pragma('user_version', { simple: true }), schemaVersion);
    t.equal(connection.prepare("SELECT value FROM mark WHERE name = 'epoch'").pluck().get(), 7);
    connection.close();
  }
  t.notOk(existsSync(`${path}.new`));
  t.end();
});

t.test('a connection that is not durable is a programmer error', (t) => {
  const connection = openConnection(join(t.testdir(), 'egw.db'), 1);
  connection.pragma('synchronous = NORMAL');
  t.throws(() => assertDurable(connection), { name: 'AssertionError', message: /synchronous=1/ });
  connection.close();
  t.end();
});

t.test('a database of an older version is brought to this one, and keeps its rows', (t) => {
  const path = join(t.testdir(), 'egw.db');
  const old = new Sqlite(path);
  old.pragma(`application_id = 1699174193`);
  for (const { sql } of migrations.slice(0, 1)) old.exec(sql);
  old.pragma('user_version = 1');
  old.exec("INSERT INTO series (device, quantity) VALUES ('meter', 'grid_power_w')");
  old.close();
  const connection = openConnection(path, 1);
  t.equal(connection.pragma('user_version', { simple: true }), schemaVersion);
  t.equal(connection.prepare('SELECT device FROM series').pluck().get(), 'meter');
  t.same(connection.prepare('SELECT * FROM setting').all(), []);
  connection.close();
  t.end();
});

t.test('a database of a newer version is refused with both versions and the path, and left as it is', (t) => {
  const path = join(t.testdir(), 'egw.db');
  const connection = openConnection(path, 1);
  connection.pragma('user_version = 99');
  connection.close();
  const before = readFileSync(path);
  const wanted = new RegExp(`${path}.*version 99.*up to ${schemaVersion}`);
  t.throws(() => openConnection(path, 1), { code: 'database_newer', message: wanted });
  t.ok(before.equals(readFileSync(path)));
  t.end();
});

t.test('what is no database of ours is refused, and left as it is', (t) => {
  const directory = t.testdir({ text: 'not a database, whatever its name says '.repeat(40), empty: '' });
  const foreign = new Sqlite(join(directory, 'foreign'));
  foreign.exec('CREATE TABLE mark (name TEXT)');
  foreign.close();
  const zeroed = join(directory, 'zeroed');
  openConnection(zeroed, 1).close();
  const bytes = readFileSync(zeroed);
  writeFileSync(zeroed, Buffer.concat([Buffer.alloc(100), bytes.subarray(100)]));
  for (const name of ['text', 'empty', 'foreign', 'zeroed']) {
    const path = join(directory, name);
    const before = readFileSync(path);
    t.throws(() => openConnection(path, 1), { code: 'database_unreadable', message: new RegExp(path) }, name);
    t.ok(before.equals(readFileSync(path)), name);
  }
  t.throws(() => openConnection(directory, 1), { code: 'database_unreadable', message: /not a plain file/ });
  t.end();
});

t.test('a database cut short is an error when it is read, not an empty history', (t) => {
  const path = join(t.testdir(), 'egw.db');
  openConnection(path, 1).close();
  truncateSync(path, 4_096);
  t.throws(() => openConnection(path, 1).prepare('SELECT * FROM series').all());
  t.equal(readFileSync(path).length, 4_096);
  t.end();
});

t.test('a database that is gone while it was in use is not made anew', (t) => {
  const path = join(t.testdir(), 'egw.db');
  t.throws(() => openConnection(path, undefined), { code: 'database_unreadable', message: /gone/ });
  t.notOk(existsSync(path));
  t.end();
});

t.test('a new database takes nothing from the remains of another', (t) => {
  const directory = t.testdir({ 'egw.db-wal': 'remains', 'egw.db.new': 'half made' });
  const connection = openConnection(join(directory, 'egw.db'), 1);
  t.same(connection.prepare('SELECT * FROM series').all(), []);
  connection.close();
  t.end();
});
