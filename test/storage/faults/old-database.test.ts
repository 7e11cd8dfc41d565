import { readdirSync } from 'node:fs';
import t from 'tap';
import { judgeOldFiles, oldVersions, placeOldDatabase } from './old-database.ts';

t.test('every old database there is is tried', (t) => {
  const names = readdirSync(new URL('../migrations/fixtures/', import.meta.url));
  t.same(
    names.sort(),
    oldVersions.map((version) => `schema-${version}.db.gz`),
  );
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
