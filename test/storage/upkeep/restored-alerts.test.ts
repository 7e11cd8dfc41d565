import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { restoreDatabase } from '../../../gateway/storage/upkeep/restore-database.ts';
import { firing, newAlert, note, sentEnd } from '../alerts.ts';
import { openScratch, startMs } from '../scratch.ts';
import {
  damageOf,
  dayMs,
  firstDayMs,
  hourMs,
  openHistory,
  rewrite,
  scratchDirectory,
  zone,
} from './history.ts';

const days = 3;
const nowMs = firstDayMs + days * dayMs;
const laterMs = nowMs + hourMs;
const atMs = startMs + 90_000;
const span = { startMs, endMs: startMs + 600_000, phase: 'stop' };
const phases = { boiler: 'boiler', fromMs: span.startMs, toMs: span.endMs };

/** Of alert 1 one delivery is sent, and one waits; one of alert 3 is being sent. Alert 2 was taken out. */
function fill(service: DatabaseService): void {
  service.putPhases({ ...phases, spans: [span] });
  note(service);
  service.beginDelivery({ id: 1, atMs });
  service.endDelivery({ ...sentEnd, id: 1 });
  note(service, { rule: 'silent', notedMs: 1, deliveries: [] }, { rule: 'silent', state: 'quiet' });
  service.pruneAlerts(2);
  note(service, { rule: 'boiler-jam' }, { rule: 'boiler-jam' });
  service.beginDelivery({ id: 3, atMs });
}

function alertsOf(service: DatabaseService): unknown {
  return {
    states: service.alertStates(),
    alerts: service.listAlerts({ rowsMax: 99 }),
    deliveries: service.listDeliveries({ rowsMax: 99 }),
    phases: service.listPhases({ ...phases, rowsMax: 99 }),
  };
}

for (const kind of ['vacuum', 'rotate'] as const) {
  t.test(`alerts, their ids and phases are all in the new file of a ${kind}`, (t) => {
    const service = openHistory(scratchDirectory(t), days);
    fill(service);
    const before = alertsOf(service);
    rewrite(service, kind, nowMs);
    t.same(alertsOf(service), before);
    t.same(note(service), []);
    t.same(note(service, { rule: 'silent' }), [4]);
    t.match(service.beginDelivery({ id: 2, atMs }), { tries: 1 });
    service.close();
    t.end();
  });

  t.test(`what happens to alerts while a ${kind} copies is in the new file`, (t) => {
    const service = openHistory(scratchDirectory(t), days);
    fill(service);
    const plan = service.beginRewrite(kind, nowMs);
    const copy = service.copyForRewrite(plan);
    note(service, { rule: 'boiler-watch' }, { rule: 'boiler-watch' });
    service.acknowledgeAlert({ id: 1, by: 'me', atMs });
    service.endDelivery({ ...sentEnd, id: 3 });
    service.beginDelivery({ id: 2, atMs });
    service.noteAlerts({ states: [], forgotten: [{ rule: 'silent', subject: 'boiler' }], alerts: [] });
    service.putPhases({ ...phases, spans: [{ ...span, phase: 'hold' }] });
    const before = alertsOf(service);
    while (service.finishRewrite(plan, copy, nowMs).remaining);
    t.same(alertsOf(service), before);
    t.equal(service.settleDeliveries(atMs), 1);
    t.equal(damageOf(service), null);
    service.close();
    t.end();
  });
}

/** A backup, after which all was sent, and another alert came. */
function goneOn(t: Test): { readonly directory: string; readonly backup: string } {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, 1);
  fill(service);
  const { path: backup } = service.writeBackup({ nowMs, keep: 3 });
  service.beginDelivery({ id: 2, atMs });
  for (const id of [2, 3]) service.endDelivery({ ...sentEnd, id });
  note(service, { rule: 'silent' });
  service.close();
  return { directory, backup };
}

t.test('what waited when a backup was made is not sent when it is restored', (t) => {
  const { directory, backup } = goneOn(t);
  const { messagesStopped } = restoreDatabase(directory, backup, laterMs);
  t.equal(messagesStopped, 3);
  const service = openScratch(directory, zone);
  const failed = { state: 'failed', unclear: 1, endedMs: laterMs, reason: /restored/ };
  t.match(service.listDeliveries({ rowsMax: 9 }), [
    { id: 4, ...failed },
    { id: 3, ...failed, tries: 1 },
    { id: 2, ...failed, tries: 0 },
    { id: 1, state: 'sent', unclear: 0 },
  ]);
  t.equal(service.settleDeliveries(laterMs), 0);
  t.equal(service.nextDeliveryMs('mail'), null);
  t.same(note(service), [], 'what was told before is known');
  t.match(service.alertStates(), [{ ...firing }, { rule: 'boiler-jam' }, { rule: 'silent' }]);
  t.same(service.listPhases({ ...phases, rowsMax: 9 }).spans, [span]);
  t.same(note(service, { episodeMs: 1 }), [5], 'the ids of the database before are not given again');
  t.match(service.listDeliveries({ rowsMax: 1 }), [{ id: 8, ...newAlert.deliveries[1] }]);
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('where the database before cannot be read, ids are left out', (t) => {
  const { directory, backup } = goneOn(t);
  writeFileSync(join(directory, 'egw.db'), 'damage '.repeat(1_000));
  restoreDatabase(directory, backup, laterMs);
  const service = openScratch(directory, zone);
  t.same(note(service, { episodeMs: 1 }), [10_004]);
  t.match(service.listDeliveries({ rowsMax: 1 }), [{ id: 10_006 }]);
  service.close();
  t.end();
});
