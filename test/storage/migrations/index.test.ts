import { readdirSync } from 'node:fs';
import t from 'tap';
import { migrations, schemaVersion } from '../../../gateway/storage/migrations/index.ts';

t.test('migrations are numbered from 1 without a gap, one a file', (t) => {
  const folder = new URL('../../../gateway/storage/migrations/', import.meta.url);
  const files = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  t.same(
    migrations.map(({ version }) => version),
    files.sort().map((name) => Number(name.slice(0, 4))),
  );
  t.same(
    migrations.map(({ version }) => version),
    migrations.map((_, index) => index + 1),
  );
  t.equal(schemaVersion, migrations.length);
  t.end();
});
