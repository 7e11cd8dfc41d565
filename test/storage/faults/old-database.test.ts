import Sqlite from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { schemaVersion } from '../../../gateway/storage/migrations/index.ts';
import { runMigrations } from '../../../gateway/storage/run-migrations.ts';
import { judgeOldFiles, oldVersions, placeOldDatabase } from './old-database.ts';

t.test('every old database there is is tried', (t) => {
  const names = readdirSync(new URL('../migrations/fixtures/', import.meta.url));
  t.same(names.sort(), oldVersions.map((version) => `schema-${version}.db.gz`).sort());
  t.end();
});

for (const version of oldVersions) {
  t.test(`a database of schema ${version} opens, answers what was in it, and goes on`, (t) => {
    const directory = t.testdir();
    placeOldDatabase(version, directory);
    t.same(judgeOldFiles(version, directory), []);
    t.end();
  });
}

for (let version = 1; version < schemaVersion; version += 1) {
  t.test(
    `a database that was brought to schema ${version} opens, answers what was in it, and goes on`,
    (t) => {
      const directory = t.testdir();
      const oldest = oldVersions.findLast((old) => old <= version) ?? 1;
      placeOldDatabase(oldest, directory);
      const connection = new Sqlite(join(directory, 'egw.db'));
      runMigrations(connection, version);
      connection.close();
      t.same(judgeOldFiles(oldest, directory), []);
      t.end();
    },
  );
}
