import t from 'tap';
import { DatabaseService } from '../../gateway/storage/database-service.ts';
import {
  assertAccount,
  batchOf,
  everything,
  internSeries,
  openScratch,
  packAll,
  rollUpAll,
  startMs,
} from './scratch.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const days = 10;
const endMs = startMs + days * dayMs;

/** Ten days of two series, a reading each two hours: rolled up and packed but for the last hours. */
function filled(directory: string): DatabaseService {
  const service = openScratch(directory, 'UTC');
  internSeries(service, 2);
  const samples = Array.from({ length: days * 12 }, (_, index) => {
    const atMs = startMs + index * 2 * hourMs;
    return [[1, atMs, index] as const, [2, atMs + 1, -index] as const];
  }).flat();
  for (let first = 0; first < samples.length; first += 100) {
    const sequence = first / 100 + 1;
    service.appendReadings({ bootId: 'boot', sequence }, batchOf(samples.slice(first, first + 100)));
  }
  rollUpAll(service, endMs - 5 * hourMs);
  packAll(service, endMs - 5 * hourMs);
  return service;
}

t.test(
  'the oldest raw readings go first, then old minutes, then the last day; hours, days and staged readings stay',
  (t) => {
    const service = filled(t.testdir());
    const { staged } = service.account();
    t.ok(staged > 0);
    const hours = service.rollupRange(everything(1), '1h').rows;
    const daily = service.rollupRange(everything(1), '1d').rows;
    const oldest: string[] = [];
    const firstMs = (resolution: 'raw' | '1m'): number =>
      resolution === 'raw'
        ? (service.rawRange(everything(1)).rows[0]?.atMs ?? 0)
        : (service.rollupRange(everything(1), '1m').rows[0]?.startMs ?? 0);
    while (service.relieve(false)) {
      const raw =
        firstMs('raw') < endMs - dayMs - 2 * hourMs
          ? 'raw'
          : firstMs('raw') < endMs - dayMs + 3 * hourMs
            ? 'day'
            : 'less';
      const minutes = firstMs('1m') < endMs - 8 * dayMs ? 'all' : 'week';
      oldest.push(`${raw} ${minutes}`);
      assertAccount(service);
    }
    t.equal(oldest[0], 'day all', 'raw readings go but those of the last day');
    t.ok(oldest.includes('day week'), 'then minutes, while the last day of raw readings is there');
    t.equal(oldest.at(-1), 'less week', 'then the last day; a week of minutes stays');
    const { packed } = service.account();
    t.ok(packed < 8, 'what windows have to be computed from stays');
    t.equal(service.account().staged, staged, 'what is not packed stays');
    t.same(service.rollupRange(everything(1), '1h').rows, hours);
    t.same(service.rollupRange(everything(1), '1d').rows, daily);
    const gaps = service.listGaps({ beforeNumber: Infinity, rowsMax: 100 });
    t.ok(gaps.every(({ reason }) => reason === 'quota'));
    const missing = gaps.reduce((sum, { readings }) => sum + (readings ?? 0), 0);
    t.equal(missing, days * 24 - staged - packed, 'each reading that is gone is counted in a gap');
    t.equal(service.databaseStatus().gapReadings, missing);
    t.match(gaps.find(({ detail }) => detail.includes('windows'))?.detail, /^\d+ windows of one minute/);
    service.close();
    t.end();
  },
);

t.test('what a window still has to be computed from is not deleted', (t) => {
  const service = openScratch(t.testdir(), 'UTC');
  internSeries(service, 1);
  service.appendReadings(
    { bootId: 'boot', sequence: 1 },
    batchOf([
      [1, startMs, 1],
      [1, endMs, 2],
    ]),
  );
  packAll(service, endMs + hourMs);
  t.equal(service.relieve(false), false, 'nothing is rolled up yet');
  rollUpAll(service, endMs + hourMs);
  t.equal(service.relieve(false), true);
  t.equal(service.rollupRange(everything(1), '1m').rows.length, 2);
  service.close();
  t.end();
});

t.test('a quota smaller than what is there is reached by deleting, step by step', (t) => {
  const directory = t.testdir();
  filled(directory).close();
  const service = new DatabaseService({ directory, zone: 'UTC', nowMs: startMs, quotaBytes: 65_536 });
  const used = service.databaseStatus().usedBytes;
  t.throws(() => service.appendReadings({ bootId: 'later', sequence: 1 }, batchOf([[1, endMs, 1]])), {
    code: 'storage_failed',
    facts: { sqlite: 'SQLITE_FULL' },
  });
  while (service.keepRoom(endMs).remaining);
  t.ok(service.databaseStatus().usedBytes < used);
  t.ok(service.databaseStatus().gapReadings > 0);
  assertAccount(service);
  service.addAuditLine({ atMs: 1, principal: 'p', action: 'a', outcome: 'ok', detail: '' });
  t.equal(
    service.listAuditLines({ beforeMs: 2, rowsMax: 2 }).length,
    1,
    'what is urgent has room all the same',
  );
  service.close();
  t.end();
});
