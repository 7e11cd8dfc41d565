import t from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import { DatabaseService } from '../../gateway/storage/database-service.ts';
import { GuardedStore } from '../../gateway/storage/guarded-store.ts';
import { startMs } from './scratch.ts';
import { startOf } from './telemetry/sealing.ts';

/** A database on a medium that takes no writes while it is said to be failing. */
class FailingDatabase extends DatabaseService {
  isFailing = false;

  override noteSecurityEvent(...given: Parameters<DatabaseService['noteSecurityEvent']>): void {
    this.#assertWell();
    super.noteSecurityEvent(...given);
  }

  override noteTelemetryEvent(...given: Parameters<DatabaseService['noteTelemetryEvent']>): void {
    this.#assertWell();
    super.noteTelemetryEvent(...given);
  }

  override beginCloudCommand(...given: Parameters<DatabaseService['beginCloudCommand']>): boolean {
    this.#assertWell();
    return super.beginCloudCommand(...given);
  }

  override endCloudCommand(...given: Parameters<DatabaseService['endCloudCommand']>): void {
    this.#assertWell();
    super.endCloudCommand(...given);
  }

  #assertWell(): void {
    if (!this.isFailing) return;
    throw new GatewayError('storage_failed', 'input/output error', {
      facts: { sqlite: 'SQLITE_IOERR_WRITE' },
    });
  }
}

t.test('on a failing medium notes are carried or dropped, and a command is not begun', (t) => {
  const options = { directory: t.testdir(), zone: 'UTC', nowMs: startMs };
  const database = new FailingDatabase(options);
  const store = new GuardedStore(options, () => database);
  const command = { issuer: 'ops', id: '01A', sequence: 1, receivedMs: startMs };
  store.call('openTelemetry', [startOf(0)]);
  t.equal(store.call('beginCloudCommand', [command]), true);
  database.isFailing = true;
  store.call('noteSecurityEvent', [{ atMs: startMs, kind: 'token.invalid', origin: 'local', detail: '' }]);
  store.call('noteTelemetryEvent', [{ kind: 'clock_step', atMs: startMs, stepMs: 5 }]);
  store.call('endCloudCommand', ['ops', '01A', { state: 'done', result: '{}' }]);
  t.throws(() => store.call('beginCloudCommand', [{ ...command, id: '01B', sequence: 2 }]), {
    code: 'storage_failed',
  });
  database.isFailing = false;
  t.match(store.call('keepRoom', [startMs]), { mode: 'ok' });
  t.match(store.call('findCloudCommand', ['ops', '01A']), { state: 'done' }, 'it was carried');
  t.match(store.call('draftTelemetry', [{ readingsMax: 1, spanMsMax: 1 }]), { to: 2 }, 'and so was the note');
  t.same(store.call('listSecurityEvents', [{ beforeMs: Infinity, rowsMax: 5 }]), []);
  store.close();
  t.end();
});
