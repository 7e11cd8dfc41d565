import { copyFileSync, existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { openScratch } from '../scratch.ts';
import { contentFrom, dayMs, firstDayMs, openHistory, scratchDirectory, zone } from './history.ts';

const nowMs = firstDayMs + dayMs;

t.test('a backup is one whole file that holds all that is committed', (t) => {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, 1);
  const backup = service.writeBackup({ nowMs, keep: 3 });
  t.match(backup, {
    name: 'egw-20260310T230000Z.db',
    path: join(directory, 'backups', 'egw-20260310T230000Z.db'),
    readings: service.databaseStatus().readings,
    commits: 24,
    newestMs: service.databaseStatus().newestMs,
    removed: [],
  });
  t.equal(backup.bytes, statSync(backup.path).size);
  t.same(readdirSync(join(directory, 'backups')), [backup.name]);
  const elsewhere = scratchDirectory(t);
  copyFileSync(backup.path, join(elsewhere, 'egw.db'));
  const copy = openScratch(elsewhere, zone);
  t.strictSame(contentFrom(copy, 0), contentFrom(service, 0));
  t.strictSame(copy.account(), service.account());
  t.equal(copy.databaseStatus().epoch, service.databaseStatus().epoch);
  copy.close();
  service.close();
  t.end();
});

t.test('of the backups named by their time the newest are kept, and of the others all', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  service.writeBackup({ nowMs, keep: 2, name: 'before-the-move' });
  for (let day = 0; day < 4; day += 1) service.writeBackup({ nowMs: nowMs + day * dayMs, keep: 2 });
  t.same(
    service
      .listBackups()
      .map(({ name }) => name)
      .toSorted(),
    ['before-the-move.db', 'egw-20260312T230000Z.db', 'egw-20260313T230000Z.db'],
  );
  service.close();
  t.end();
});

t.test('a backup has a plain name that is not taken, and a folder that can be made', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  for (const name of [
    '../escape',
    '/etc/x',
    'a/b',
    '',
    '.hidden',
    '..',
    'ü',
    'a b',
    'x'.repeat(65),
    'a\0b',
    '-x',
  ]) {
    t.throws(
      () => service.writeBackup({ nowMs, keep: 3, name }),
      { code: 'input_invalid' },
      JSON.stringify(name),
    );
  }
  service.writeBackup({ nowMs, keep: 3, name: 'once' });
  t.throws(() => service.writeBackup({ nowMs, keep: 3, name: 'once.db' }), { code: 'already_exists' });
  writeFileSync(join(directory, 'file'), '');
  t.throws(() => service.writeBackup({ nowMs, keep: 3, directory: 'file/below' }), {
    code: 'storage_failed',
    facts: {},
    hint: /storage\.backup\.directory/,
  });
  t.throws(() => service.writeBackup({ nowMs, keep: 3, directory: 'stick' }), {
    code: 'storage_failed',
    message: /stick/,
  });
  t.notOk(existsSync(join(directory, 'stick')), 'what is not plugged in is not made');
  const elsewhere = scratchDirectory(t);
  t.equal(
    service.writeBackup({ nowMs, keep: 3, directory: elsewhere }).path,
    join(elsewhere, 'egw-20260310T230000Z.db'),
  );
  t.equal(service.listBackups(elsewhere).length, 1);
  service.close();
  t.end();
});

t.test('what a backup that was cut short has left is no backup, and goes with the next one', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  const { path } = service.writeBackup({ nowMs, keep: 3, name: 'whole' });
  const left = ['half.db.egw-part', 'half.db.egw-part.new', 'half.db.egw-part-journal'];
  for (const name of left) writeFileSync(join(directory, 'backups', name), 'half');
  t.same(
    service.listBackups().map(({ name }) => name),
    ['whole.db'],
  );
  service.writeBackup({ nowMs, keep: 3, name: 'next' });
  for (const name of left) t.notOk(existsSync(join(directory, 'backups', name)));
  t.ok(existsSync(path));
  service.close();
  t.end();
});

t.test('a database that is damaged is not backed up as if it were whole', (t) => {
  const directory = scratchDirectory(t);
  openHistory(directory, 1).close();
  const path = join(directory, 'egw.db');
  const service = openScratch(directory, zone);
  const raw = new Sqlite(path);
  raw.unsafeMode();
  raw.pragma('writable_schema = ON');
  raw.exec(
    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'block') WHERE name = 'staged'",
  );
  raw.close();
  t.throws(() => service.writeBackup({ nowMs, keep: 3 }), { code: 'database_unreadable' });
  t.same(readdirSync(join(directory, 'backups')), []);
  service.close();
  t.end();
});

t.test('a clock that was set back does not cost the backup that was just made', (t) => {
  const service = openScratch(scratchDirectory(t));
  for (let day = 1; day < 4; day += 1) service.writeBackup({ nowMs: nowMs + day * dayMs, keep: 2 });
  const { path, removed } = service.writeBackup({ nowMs, keep: 2 });
  t.ok(existsSync(path));
  t.same(removed, ['egw-20260312T230000Z.db']);
  t.equal(service.listBackups().length, 2);
  service.close();
  t.end();
});

t.test('files of others in the folder of the backups stay', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(scratchDirectory(t));
  const others = ['films.db.part1.rar', 'notes.db.parts', 'download.db.part'];
  for (const name of others) writeFileSync(join(directory, name), 'not ours');
  service.writeBackup({ nowMs, keep: 1, directory });
  service.writeBackup({ nowMs: nowMs + dayMs, keep: 1, directory });
  for (const name of others) t.ok(existsSync(join(directory, name)), name);
  service.close();
  t.end();
});

t.test('the database in use, and databases of others, are no backups', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  const { name, path } = service.writeBackup({ nowMs, keep: 1, directory });
  new Sqlite(join(directory, 'other.db')).exec('CREATE TABLE photo (id INTEGER PRIMARY KEY)').close();
  copyFileSync(path, join(directory, 'cut.db'));
  truncateSync(join(directory, 'cut.db'), statSync(path).size / 2);
  for (const folder of [directory, '.', `${directory}/`]) {
    t.same(
      service.listBackups(folder).map((file) => file.name),
      [name],
      folder,
    );
  }
  service.close();
  t.end();
});
