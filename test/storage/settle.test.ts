import Sqlite from 'better-sqlite3';
import t from 'tap';
import { openConnection, type Connection } from '../../gateway/storage/connection.ts';
import { DatabaseService } from '../../gateway/storage/database-service.ts';
import { batchOf, everything, internSeries, startMs } from './scratch.ts';

/** A disk on which moving the log into the database fails, so often. */
class FailingDisk {
  failures = 0;
  opened = 0;

  connect = (path: string, epoch: number | undefined): Connection => {
    const connection = openConnection(path, epoch);
    this.opened += 1;
    const pragma = connection.pragma.bind(connection);
    connection.pragma = (text: string, options?: Sqlite.PragmaOptions) => {
      if (text.startsWith('wal_checkpoint') && this.failures > 0) {
        this.failures -= 1;
        throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
      }
      return pragma(text, options);
    };
    return connection;
  };
}

t.test(
  'nothing is acknowledged on a connection before what is in the log is on disk; reading goes on',
  (t) => {
    const disk = new FailingDisk();
    const directory = t.testdir();
    const options = { directory, zone: 'UTC', nowMs: startMs };
    const before = new DatabaseService(options);
    internSeries(before, 1);
    before.close();
    disk.failures = 3;
    const service = new DatabaseService(options, disk.connect);
    const append = (): unknown =>
      service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf([[1, startMs, 1]]));
    t.equal(service.listSeries().length, 1);
    t.equal(disk.opened, 1, 'reading needs no other connection');
    t.throws(append, { code: 'storage_failed', facts: { sqlite: 'SQLITE_IOERR_FSYNC' } });
    t.throws(() => service.assertWritable(), { code: 'storage_failed' });
    t.same(service.rawRange(everything(1)).rows, []);
    t.match(append(), { commit: 1, count: 1 }, 'the next write tries anew, and then the disk works');
    t.equal(service.rawRange(everything(1)).rows.length, 1);
    service.assertWritable();
    service.close();
    t.end();
  },
);

t.test('an append that comes again is not acknowledged either before what is in the log is on disk', (t) => {
  const disk = new FailingDisk();
  const options = { directory: t.testdir(), zone: 'UTC', nowMs: startMs };
  const before = new DatabaseService(options);
  internSeries(before, 1);
  const append = (service: DatabaseService): unknown =>
    service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf([[1, startMs, 1]]));
  append(before);
  before.close();
  disk.failures = 2;
  const service = new DatabaseService(options, disk.connect);
  t.equal(service.rawRange(everything(1)).rows.length, 1, 'it is there');
  t.throws(() => append(service), { code: 'storage_failed', facts: { sqlite: 'SQLITE_IOERR_FSYNC' } });
  t.match(append(service), { commit: 1, count: 1 });
  t.equal(service.account().acknowledged, 1);
  service.close();
  t.end();
});
