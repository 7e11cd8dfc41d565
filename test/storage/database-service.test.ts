import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import { openConnection, type Connection } from '../../gateway/storage/connection.ts';
import { DatabaseService } from '../../gateway/storage/database-service.ts';
import { batchOf, everything, internSeries, openScratch, startMs } from './scratch.ts';

const bootId = 'boot';

/** A connection whose disk fails at chosen commits: before they are written, or after (an ambiguous fsync). */
class FailingDisk {
  failNext: 'before' | 'after' | undefined;
  opened = 0;

  connect = (path: string, epoch: number | undefined): Connection => {
    const connection = openConnection(path, epoch);
    this.opened += 1;
    const prepare = connection.prepare.bind(connection);
    const real = connection.transaction.bind(connection);
    connection.prepare = prepare;
    connection.transaction = ((work: (inner: () => void) => void) => {
      const transaction = real(work);
      const failing = (inner: () => void): void => {
        const when = this.failNext;
        this.failNext = undefined;
        if (when !== 'before') transaction.immediate(inner);
        if (when !== undefined) throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
      };
      return Object.assign(failing, { immediate: failing });
    }) as unknown as Connection['transaction'];
    return connection;
  };
}

for (const when of ['before', 'after'] as const) {
  t.test(
    `after a disk error ${when} the write took effect, a repeated append stores its readings once`,
    (t) => {
      const disk = new FailingDisk();
      const service = new DatabaseService(
        { directory: t.testdir(), zone: 'UTC', nowMs: startMs },
        disk.connect,
      );
      internSeries(service, 1);
      service.appendReadings({ bootId, sequence: 1 }, batchOf([[1, startMs, 1]]));
      disk.failNext = when;
      const second = batchOf([[1, startMs + 60_000, 2]]);
      t.throws(() => service.appendReadings({ bootId, sequence: 2 }, second), {
        code: 'storage_failed',
        retryable: true,
        facts: { sqlite: 'SQLITE_IOERR_FSYNC' },
      });
      t.equal(service.appendReadings({ bootId, sequence: 2 }, second).commit, 2);
      t.equal(disk.opened, 2, 'the connection was opened anew');
      t.same(
        service.rawRange(everything(1)).rows.map(({ value }) => value),
        [1, 2],
      );
      t.equal(service.rollupRange(everything(1), '1m').rows.length, 2);
      t.equal(service.databaseStatus().readings, 2);
      service.close();
      t.end();
    },
  );
}

t.test('a full disk is an error that says so, and once there is room everything goes on', (t) => {
  const directory = t.testdir();
  let pagesMax = 60;
  const service = new DatabaseService({ directory, zone: 'UTC', nowMs: startMs }, (path, epoch) => {
    const connection = openConnection(path, epoch);
    connection.pragma(`max_page_count = ${pagesMax}`);
    return connection;
  });
  internSeries(service, 1);
  let sequence = 0;
  const append = (): void => {
    const values = Array.from(
      { length: 900 },
      (_, index) => [1, startMs + sequence * 900 + index, Math.sqrt(index)] as const,
    );
    service.appendReadings({ bootId, sequence: sequence + 1 }, batchOf(values));
    sequence += 1;
  };
  t.throws(
    () => {
      for (let round = 0; round < 100; round += 1) append();
    },
    { code: 'storage_failed', message: /full/ },
  );
  t.equal(service.rawRange(everything(1)).rows.length, sequence * 900);
  pagesMax = 10_000;
  t.throws(append, { code: 'storage_failed' }, 'the connection still has its old limit');
  append();
  t.equal(service.rawRange(everything(1)).rows.length, sequence * 900);
  service.close();
  t.end();
});

t.test('a database that is taken away in use is not replaced by an empty one', (t) => {
  const directory = t.testdir();
  const disk = new FailingDisk();
  const service = new DatabaseService({ directory, zone: 'UTC', nowMs: startMs }, disk.connect);
  internSeries(service, 1);
  disk.failNext = 'before';
  t.throws(() => service.appendReadings({ bootId, sequence: 1 }, batchOf([[1, startMs, 1]])));
  const path = join(directory, 'egw.db');
  renameSync(path, `${path}.away`);
  t.throws(() => service.listSeries(), { code: 'database_unreadable', message: /gone/ });
  t.notOk(existsSync(path));
  renameSync(`${path}.away`, path);
  t.equal(service.listSeries().length, 1);
  service.close();
  t.end();
});

t.test('closing moves all of the write-ahead log into the database', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  internSeries(service, 1);
  service.appendReadings({ bootId, sequence: 1 }, batchOf([[1, startMs, 1]]));
  t.ok(service.databaseStatus().walBytes > 0);
  service.close();
  const wal = join(directory, 'egw.db-wal');
  t.ok(!existsSync(wal) || statSync(wal).size === 0);
  t.end();
});

t.test('series keep their ids, and one asked for twice gets one', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  const power = { device: 'meter', quantity: 'grid_power_w' } as const;
  const soc = { device: 'battery', quantity: 'battery_soc_pct' } as const;
  t.same(service.internSeries([power, soc, power]), [1, 2, 1]);
  service.close();
  service = openScratch(directory);
  t.same(service.internSeries([soc, { ...power, device: 'second' }]), [2, 3]);
  t.same(service.listSeries(), [
    { id: 1, ...power },
    { id: 2, ...soc },
    { id: 3, ...power, device: 'second' },
  ]);
  service.close();
  t.end();
});

t.test('settings, tokens and the audit log are kept', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  t.equal(service.getSetting('site.name'), undefined);
  service.putSetting('site.name', 'Home');
  service.putSetting('site.name', 'Maison');
  const token = {
    id: 'a1',
    label: 'phone',
    secretHash: 'ff',
    scopes: ['read', 'control'],
    createdMs: startMs,
    expiresMs: startMs + 1,
  };
  service.addToken(token);
  service.addToken(token);
  service.addToken({ ...token, id: 'b2', scopes: [] });
  const line = { atMs: startMs, principal: 'local', action: 'token.create', outcome: 'ok', detail: 'a1' };
  service.addAuditLine(line);
  service.addAuditLine({ ...line, atMs: startMs + 5, outcome: 'forbidden' });
  service.close();
  service = openScratch(directory);
  t.equal(service.getSetting('site.name'), 'Maison');
  t.same(service.listTokens(), [token, { ...token, id: 'b2', scopes: [] }]);
  t.equal(service.removeToken('a1'), true);
  t.equal(service.removeToken('a1'), false);
  t.equal(service.listTokens().length, 1);
  t.same(service.listAuditLines({ beforeMs: Infinity, rowsMax: 10 }), [
    { ...line, atMs: startMs + 5, outcome: 'forbidden' },
    line,
  ]);
  t.same(service.listAuditLines({ beforeMs: startMs + 5, rowsMax: 10 }), [line]);
  service.close();
  t.end();
});

t.test('the audit log keeps its newest lines only', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  const line = { atMs: 0, principal: 'local', action: 'pairing.failed', outcome: 'ok', detail: '' };
  service.addAuditLine(line);
  const path = join(directory, 'egw.db');
  const connection = new Sqlite(path);
  connection.exec(`UPDATE audit SET id = 100;
    WITH RECURSIVE many (id) AS (SELECT 101 UNION ALL SELECT id + 1 FROM many LIMIT ${limits.auditLinesMax})
    INSERT INTO audit SELECT id, id, 'local', 'pairing.failed', 'ok', '' FROM many`);
  connection.close();
  service.addAuditLine({ ...line, atMs: 1_000_000 });
  const lines = service.listAuditLines({ beforeMs: Infinity, rowsMax: 2 * limits.auditLinesMax });
  t.equal(lines.length, limits.auditLinesMax);
  t.equal(lines[0]?.atMs, 1_000_000);
  t.equal(lines.at(-1)?.atMs, 102);
  service.close();
  t.end();
});
