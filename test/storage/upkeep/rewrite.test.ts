import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { StoredIntent } from '../../../gateway/storage/store-calls.ts';
import { batchOf, openScratch, packAll } from '../scratch.ts';
import {
  appendHour,
  contentFrom,
  damageOf,
  dayMs,
  firstDayMs,
  hourMs,
  openHistory,
  rewrite,
  scratchDirectory,
  settle,
  zone,
} from './history.ts';

const days = 3;
const nowMs = firstDayMs + days * dayMs;
const yesterdayMs = nowMs - dayMs;

const intent: StoredIntent = {
  id: 'first',
  device: 'meter-1',
  control: 'battery_power_w',
  value: 100,
  source: 'test',
  principal: 'local',
  bootId: 'boot',
  openedMs: nowMs,
  leaseUntilMs: nowMs + hourMs,
  state: 'intended',
  before: null,
};

function conserved(service: DatabaseService): { readonly acknowledged: number; readonly accounted: number } {
  const { acknowledged, staged, packed, pruned, missing } = service.account();
  return { acknowledged, accounted: staged + packed + pruned + missing };
}

t.test('a vacuum gives free pages back and changes nothing that can be read', (t) => {
  const directory = scratchDirectory(t);
  const used = openHistory(directory, days);
  while (used.prune(nowMs, { rawMs: dayMs, minuteMs: dayMs }).remaining);
  used.close();
  const service = openScratch(directory, zone);
  const before = contentFrom(service, 0);
  const account = service.account();
  const { fileBytes, epoch } = service.databaseStatus();
  rewrite(service, 'vacuum', nowMs);
  t.strictSame(contentFrom(service, 0), before);
  t.strictSame(service.account(), account);
  const after = service.databaseStatus();
  t.equal(after.epoch, epoch, 'it is the same history');
  t.ok(after.fileBytes < fileBytes, `${fileBytes} to ${after.fileBytes} bytes`);
  t.notOk(existsSync(join(directory, 'archives')));
  service.close();
  t.end();
});

for (const kind of ['vacuum', 'rotate'] as const) {
  t.test(`what is committed, rolled up and set while a ${kind} copies is in the new file`, (t) => {
    const service = openHistory(scratchDirectory(t), days);
    service.recordControl({ open: intent });
    const plan = service.beginRewrite(kind, nowMs);
    appendHour(service, days * 24);
    const copy = service.copyForRewrite(plan);
    appendHour(service, days * 24 + 1);
    service.appendReadings({ bootId: 'other', sequence: 1 }, batchOf([[1, yesterdayMs + hourMs + 1, 7]]));
    service.appendReadings({ bootId: 'other', sequence: 2 }, batchOf([[2, firstDayMs + hourMs + 1, 7]]));
    service.putSetting('colour', 'green');
    service.internSeries([{ device: 'new', quantity: 'pv_power_w' }]);
    settle(service, nowMs + 2 * hourMs);
    t.same(
      service.packReadings(nowMs + 2 * hourMs),
      { readings: 0, remaining: false },
      'nothing is packed meanwhile',
    );
    service.recordControl({ moves: [{ id: 'first', state: 'applied' }] });
    // Of what a rotation leaves behind, and not computed yet.
    service.appendReadings({ bootId: 'other', sequence: 3 }, batchOf([[2, firstDayMs + 5 * hourMs + 1, 9]]));
    const expected = contentFrom(service, kind === 'rotate' ? yesterdayMs : 0);
    const ofFirstDay = service.rollupRange({ series: 2, fromMs: 0, toMs: nowMs, rowsMax: 2 }, '1d');
    const { acknowledged } = service.account();
    while (service.finishRewrite(plan, copy, nowMs + 2 * hourMs).remaining);
    t.strictSame(contentFrom(service, kind === 'rotate' ? yesterdayMs : 0), expected);
    t.strictSame(service.rollupRange({ series: 2, fromMs: 0, toMs: nowMs, rowsMax: 2 }, '1d'), ofFirstDay);
    t.same(conserved(service), { acknowledged, accounted: acknowledged });
    t.equal(damageOf(service), null);
    t.match(service.listControls().open, [{ id: 'first', state: 'applied' }], 'what is changed in a row');
    packAll(service, nowMs + 2 * hourMs);
    t.strictSame(contentFrom(service, kind === 'rotate' ? yesterdayMs : 0), expected, 'packing goes on');
    t.equal(
      service.appendReadings({ bootId: 'other', sequence: 1 }, batchOf([[1, yesterdayMs + 1, 7]])).count,
      1,
      'an append that comes again is known',
    );
    t.equal(service.account().acknowledged, acknowledged);
    service.close();
    t.end();
  });
}

t.test(
  'a rotation leaves a whole archive that nobody may write to, and a smaller file of a new epoch',
  (t) => {
    const directory = scratchDirectory(t);
    const service = openHistory(directory, days);
    const whole = contentFrom(service, 0);
    const recent = contentFrom(service, yesterdayMs);
    const ranges = { series: 1, fromMs: 0, toMs: nowMs, rowsMax: 1_000 };
    const hours = service.rollupRange(ranges, '1h');
    const status = service.databaseStatus();
    rewrite(service, 'rotate', nowMs);
    const after = service.databaseStatus();
    t.ok(after.epoch > status.epoch);
    t.equal(after.readings, status.readings);
    t.strictSame(contentFrom(service, yesterdayMs), recent);
    t.strictSame(service.rollupRange(ranges, '1h'), hours, 'hours are kept for ever');
    t.equal(service.rawRange({ ...ranges, toMs: yesterdayMs }).rows.length, 0);
    t.same(conserved(service), { acknowledged: status.readings, accounted: status.readings });
    const [archive] = service.listArchives();
    t.ok((archive?.bytes ?? 0) > after.fileBytes);
    t.equal(archive?.name, 'egw-20260310-20260313.db');
    t.equal(statSync(archive?.path ?? '').mode & 0o777, 0o400);
    t.same(readdirSync(join(directory, 'archives')), [archive?.name], 'in one file');
    service.close();
    const other = scratchDirectory(t);
    copyFileSync(archive?.path ?? '', join(other, 'egw.db'));
    const old = openScratch(other);
    t.strictSame(contentFrom(old, 0), whole);
    old.close();
    t.end();
  },
);

/** Of three days, with a quota that calls for making room. */
function openTight(directory: string): DatabaseService {
  openHistory(directory, days).close();
  const service = new DatabaseService({ directory, zone, nowMs, quotaBytes: 98_304 });
  const { usedBytes } = service.databaseStatus();
  t.ok(usedBytes > 98_304, `${usedBytes} bytes are in use`);
  return service;
}

t.test('while the database is written anew no history gives way to room that comes back by itself', (t) => {
  const directory = scratchDirectory(t);
  const service = openTight(directory);
  const { packed } = service.account();
  const copy = service.copyForRewrite(service.beginRewrite('vacuum', nowMs));
  t.ok(copy.bytes > 0);
  t.match(service.keepRoom(nowMs), { remaining: false });
  t.equal(service.account().packed, packed);
  service.cancelRewrite();
  t.notOk(existsSync(join(directory, 'egw.db.next')), 'what was copied goes when it is cancelled');
  while (service.keepRoom(nowMs).remaining);
  t.ok(service.account().packed < packed, 'then it gives way');
  t.same(conserved(service), { acknowledged: 9 * 144, accounted: 9 * 144 });
  service.close();
  t.end();
});

for (const kind of ['vacuum', 'rotate'] as const) {
  t.test(`a ${kind} is given up before any history when a write finds no room`, (t) => {
    const directory = scratchDirectory(t);
    const service = openTight(directory);
    const { acknowledged, packed } = service.account();
    const plan = service.beginRewrite(kind, nowMs);
    const copy = service.copyForRewrite(plan);
    t.equal(service.relieve(false), true);
    t.notOk(existsSync(join(directory, 'egw.db.next')));
    t.equal(service.account().packed, packed, 'no reading is gone');
    t.throws(() => service.finishRewrite(plan, copy, nowMs), { code: 'storage_busy' });
    t.equal(service.relieve(false), true);
    t.ok(service.account().packed < packed, 'what is asked for after that is history');
    t.same(conserved(service), { acknowledged, accounted: acknowledged });
    t.equal(damageOf(service), null);
    service.close();
    t.end();
  });
}

t.test('a write that fails in the middle of it ends it, and leaves no second file', (t) => {
  const directory = scratchDirectory(t);
  const service = openTight(directory);
  const plan = service.beginRewrite('vacuum', nowMs);
  const copy = service.copyForRewrite(plan);
  const facts = { sqlite: 'SQLITE_FULL' };
  t.throws(() => service.putSetting('colour', 'x'.repeat(1e6)), { code: 'storage_failed', facts });
  t.throws(() => service.finishRewrite(plan, copy, nowMs), { code: 'storage_busy' });
  t.notOk(existsSync(join(directory, 'egw.db.next')));
  service.close();
  t.end();
});

t.test('what a rotation leaves behind is gone for devices that are kept longer, too', (t) => {
  const service = openHistory(scratchDirectory(t), days);
  const retention = { rawMs: 10 * dayMs, devices: { 'meter-1': { rawMs: 20 * dayMs } } };
  while (service.prune(nowMs, retention).remaining);
  const query = { series: [3], fromMs: firstDayMs, toMs: firstDayMs + dayMs };
  const { lateReadings, ...before } = service.energyRange(query);
  t.equal(lateReadings, 0);
  rewrite(service, 'rotate', nowMs);
  const late = batchOf([[3, firstDayMs + 2 * hourMs + 1, 5]]);
  service.appendReadings({ bootId: 'other', sequence: 1 }, late);
  settle(service, nowMs);
  t.same(service.energyRange(query), { ...before, lateReadings: 1 }, 'what comes late is not all there was');
  service.close();
  t.end();
});

t.test('what new rows refer to comes along with them', (t) => {
  const service = openHistory(scratchDirectory(t), days);
  service.appendReadings({ bootId: 'steady', sequence: 1 }, batchOf([[1, nowMs + 1, 1]]));
  const plan = service.beginRewrite('vacuum', nowMs);
  const copy = service.copyForRewrite(plan);
  const [added = 0] = service.internSeries([{ device: 'new', quantity: 'pv_power_w' }]);
  service.appendReadings({ bootId: 'later', sequence: 1 }, batchOf([[added, yesterdayMs + 1, 7]]));
  service.appendReadings({ bootId: 'steady', sequence: 2 }, batchOf([[added, 60_000, 7]]), 'timeline');
  settle(service, nowMs + 2 * hourMs);
  const { acknowledged } = service.account();
  while (service.finishRewrite(plan, copy, nowMs + 2 * hourMs).remaining);
  t.equal(service.rawRange({ series: added, fromMs: 0, toMs: nowMs, rowsMax: 9 }).rows.length, 1);
  t.match(service.placeReadings({ timeline: 'timeline', offsetMs: nowMs }, nowMs), { readings: 1 });
  t.same(conserved(service), { acknowledged, accounted: acknowledged });
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});
