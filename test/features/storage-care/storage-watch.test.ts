import t from 'tap';
import { wallMs, monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import {
  StorageWatch,
  type StorageWatchPorts,
} from '../../../gateway/features/storage-care/storage-watch.ts';
import type { AuditLine, StorageState } from '../../../gateway/storage/store-calls.ts';

const room = { quotaBytes: 1, usedBytes: 1, freeBytes: 1, ballastBytes: 1 };
const well: StorageState = { mode: 'ok', reason: null, room, remaining: false };

/** A storage whose states come one after the other, the last for ever. */
class Bench {
  states: StorageState[] = [well];
  steps = 0;
  canAudit = true;
  readonly audit: AuditLine[] = [];
  readonly logged: string[] = [];
  readonly watch: StorageWatch;

  constructor() {
    const logger = {
      ...silentLogger,
      error: (_: object, message: string) => void this.logged.push(`error ${message}`),
      info: (_: object, message: string) => void this.logged.push(`info ${message}`),
    };
    const clock = { wall: () => wallMs(1_000), monotonic: () => monotonicMs(0) };
    const call = (name: string, given: unknown): Promise<unknown> => {
      if (name === 'addAuditLine') {
        if (!this.canAudit) return Promise.reject(new GatewayError('storage_failed', 'no'));
        this.audit.push(given as AuditLine);
        return Promise.resolve();
      }
      this.steps += 1;
      return Promise.resolve(this.states.length > 1 ? this.states.shift() : this.states[0]);
    };
    this.watch = new StorageWatch({ clock, logger, store: { call } as StorageWatchPorts['store'] });
  }

  async run(): Promise<void> {
    const context = { signal: new AbortController().signal } as Parameters<
      ReturnType<StorageWatch['task']>['run']
    >[0];
    await this.watch.task().run(context);
  }
}

t.test('it goes on while there is more to do, and is silent when all is well', async (t) => {
  const bench = new Bench();
  bench.states = [{ ...well, remaining: true }, { ...well, remaining: true }, well];
  await bench.run();
  t.equal(bench.steps, 3);
  t.same([bench.watch.notes(), bench.audit, bench.logged], [[], [], []]);
});

t.test('how much room there is is known from the first look on, and is not forgotten', async (t) => {
  const bench = new Bench();
  t.equal(bench.watch.room, undefined);
  bench.states = [well, { ...well, mode: 'failing', reason: 'no', room: null }];
  await bench.run();
  t.same(bench.watch.room, room);
  await bench.run();
  t.same(bench.watch.room, room);
});

t.test('a change of the state is told once, and audited as soon as that can be written', async (t) => {
  const bench = new Bench();
  bench.canAudit = false;
  bench.states = [{ ...well, mode: 'read_only', reason: 'EROFS', room: null }];
  await t.rejects(bench.run(), { code: 'storage_failed' });
  await t.rejects(bench.run(), { code: 'storage_failed' });
  t.match(bench.watch.notes(), [
    { subject: 'storage:medium', status: 'failing', message: /NOTHING IS STORED.*EROFS/ },
  ]);
  t.equal(bench.logged.length, 1);
  bench.canAudit = true;
  bench.states = [well];
  await bench.run();
  t.same(bench.watch.notes(), []);
  t.equal(bench.logged.length, 2);
  t.same(
    bench.audit.map(({ outcome, detail }) => [outcome, detail]),
    [
      ['storage_failed', 'read_only EROFS'],
      ['ok', 'ok'],
    ],
  );
});

t.test('a commit that fails tells of it at once, and its error goes on to the caller', async (t) => {
  const bench = new Bench();
  const full = new GatewayError('storage_failed', 'disk full', { facts: { mode: 'full' } });
  const failures: Error[] = [full, new GatewayError('worker_crashed', 'gone')];
  const store = bench.watch.watching<'listSeries'>({ call: () => Promise.reject(failures.shift() ?? full) });
  await t.rejects(store.call('listSeries'), full);
  t.match(bench.watch.notes(), [{ message: /no room.*disk full/ }]);
  await t.rejects(store.call('listSeries'), { code: 'worker_crashed' });
  t.equal(bench.watch.notes().length, 1, 'an error that says nothing of the medium changes nothing');
});
