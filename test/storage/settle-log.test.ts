import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { settleLog } from '../../gateway/storage/settle-log.ts';

t.test('a log that is settled holds the same as before, of whatever length', (t) => {
  const path = join(t.testdir(), 'egw.db-wal');
  for (const length of [0, 1, 1_048_576, 2_500_000]) {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 251));
    writeFileSync(path, bytes);
    settleLog(path);
    t.ok(readFileSync(path).equals(bytes), `${length} bytes`);
  }
  t.end();
});

t.test('where there is no log none is made', (t) => {
  const path = join(t.testdir(), 'egw.db-wal');
  settleLog(path);
  t.notOk(existsSync(path));
  t.end();
});
