import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { StoredDelivery } from '../../../gateway/storage/alert-calls.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { firing, newAlert, note, sentEnd } from '../alerts.ts';
import { makeScratch } from '../faults/appender-process.ts';
import { openScratch, startMs } from '../scratch.ts';
import { damageOf } from '../upkeep/history.ts';
import { damage, seeded, type DamageKind } from './damage.ts';
import { copyHome } from './damaged-home.ts';
import { again, pageOf, putBack, spoil } from './spoil.ts';

t.setTimeout(120_000);
const folder = makeScratch();
t.teardown(() => rmSync(folder, { recursive: true }));
const atMs = startMs + 90_000;
const states = ['sent', 'queued', 'sending', 'failed'] as const;

function homeWith(name: string, build: (service: DatabaseService) => void): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  const service = openScratch(directory);
  build(service);
  service.close();
  return directory;
}

/** Brings a queued delivery there. */
function bring(service: DatabaseService, id: number, to: (typeof states)[number]): void {
  if (to === 'queued') return;
  service.beginDelivery({ id, atMs });
  if (to !== 'sending') service.endDelivery({ ...sentEnd, id, state: to });
}

/** Alert 1 is over and sent: deliveries 1, 2. Alert 3 is open: deliveries 5 to 8, one in each state. */
function twoEpisodes(service: DatabaseService): void {
  note(service);
  for (const id of [1, 2]) bring(service, id, 'sent');
  note(service, { kind: 'recovered', atMs: startMs + 1 }, { state: 'recovered' });
  for (const id of [3, 4]) bring(service, id, 'sent');
  const deliveries = states.map((recipient) => ({ notifier: 'mail', recipient, dueMs: startMs }));
  note(
    service,
    { episodeMs: atMs, atMs, deliveries },
    { sinceMs: atMs, alertedMs: atMs, observedToMs: atMs },
  );
  for (const [index, state] of states.entries()) bring(service, 5 + index, state);
}

function deliveriesOf(service: DatabaseService): Readonly<Record<number, string>> {
  const found = again(() => service.listDeliveries({ rowsMax: 99 }));
  return Object.fromEntries(
    found.map(({ id, state, reason }) => [id, reason === null ? state : `${state}: ${reason}`]),
  );
}

function idsOf(service: DatabaseService): readonly number[] {
  return again(() => service.listAlerts({ rowsMax: 99 })).map(({ id }) => id);
}

const whole = {
  1: 'sent',
  2: 'sent',
  3: 'sent',
  4: 'sent',
  5: 'sent',
  6: 'queued',
  7: 'sending',
  8: 'failed',
};
const lostRow = 'failed: what was written of this message was lost on a damaged disk: it may have gone out';
const lostSteps = 'failed: how far it had come was lost on a damaged disk: it may have gone out';
const lostAlert = 'failed: what it was to tell was lost on a damaged disk';

/** Nothing that is there is told again, and no id is given again. */
function tellsOnce(t: Test, service: DatabaseService): void {
  t.same(note(service), []);
  t.same(note(service, { kind: 'recovered' }), []);
  t.same(note(service, { episodeMs: atMs }), []);
  t.same(note(service, { rule: 'silent', subject: 'p1' }), [4]);
  t.same(
    service.listDeliveries({ alert: 4, rowsMax: 9 }).map(({ id }) => id),
    [10, 9],
  );
  t.equal(damageOf(service), null);
}

t.test('a delivery whose row is damaged is not sent, and stands there as failed', (t) => {
  for (const [index, state] of states.entries()) {
    const id = 5 + index;
    const directory = homeWith(`lost-${state}`, twoEpisodes);
    spoil(directory, `UPDATE alert_delivery SET recipient = 'x' WHERE id = ${id}`);
    const service = openScratch(directory);
    t.same(deliveriesOf(service), { ...whole, [id]: lostRow }, state);
    t.match(
      service.listDeliveries({ alert: 3, rowsMax: 9 }).find((delivery) => delivery.id === id),
      { notifier: 'mail', recipient: state, dueMs: startMs, unclear: 1, endedMs: startMs },
      'to whom it was to go is known',
    );
    t.match(service.salvageNote(), { tables: ['alert', 'alert_delivery'] });
    t.equal(service.beginDelivery({ id, atMs }), undefined);
    t.equal(service.settleDeliveries(atMs), state === 'sending' ? 0 : 1);
    if (state !== 'queued') t.match(service.beginDelivery({ id: 6, atMs }), { tries: 1 }, 'the others go on');
    tellsOnce(t, service);
    service.close();
  }
  t.end();
});

t.test('an alert whose row is damaged is not told again, and what it was to tell is not sent', (t) => {
  for (const [lost, expected] of [
    [1, whole],
    [2, whole],
    [3, { ...whole, 6: lostAlert, 7: lostAlert }],
  ] as const) {
    const directory = homeWith(`lost-alert-${lost}`, twoEpisodes);
    spoil(directory, `UPDATE alert SET facts = '{}' WHERE id = ${lost}`);
    const service = openScratch(directory);
    t.same(idsOf(service), [3, 2, 1]);
    t.match(service.findAlert(lost), {
      facts: '{}',
      notedMs: startMs,
      severity: 'safety',
      rule: newAlert.rule,
    });
    t.same(deliveriesOf(service), expected);
    t.same(again(() => service.alertStates()).length, 1);
    t.equal(service.acknowledgeAlert({ id: 3, by: 'me', atMs }), true);
    tellsOnce(t, service);
    service.close();
  }
  t.end();
});

t.test('a key that is damaged is found again in its alert', (t) => {
  const directory = homeWith('lost-key', twoEpisodes);
  spoil(directory, 'UPDATE alert_key SET alert = 99 WHERE alert = 3');
  const service = openScratch(directory);
  t.throws(() => note(service, { episodeMs: atMs }), { code: 'database_unreadable' });
  t.same(deliveriesOf(service), whole);
  tellsOnce(t, service);
  service.close();
  t.end();
});

t.test('a state that is damaged is what its alerts tell', (t) => {
  const cases = {
    firing: () => undefined,
    acknowledged: (service: DatabaseService) => void service.acknowledgeAlert({ id: 3, by: 'me', atMs }),
    recovered: (service: DatabaseService) =>
      void note(service, { kind: 'recovered', episodeMs: atMs, atMs: atMs + 5 }, { state: 'recovered' }),
  };
  for (const [state, goOn] of Object.entries(cases)) {
    const directory = homeWith(`lost-state-${state}`, (service) => {
      twoEpisodes(service);
      const pending = { ...firing, rule: 'boiler-jam', state: 'pending', alertedMs: null } as const;
      service.noteAlerts({ states: [pending], forgotten: [], alerts: [] });
      note(service, { rule: 'test', subject: 'mail', kind: 'test' });
      goOn(service);
    });
    spoil(directory, 'UPDATE alert_state SET reminders = 9');
    const service = openScratch(directory);
    const seenMs = state === 'recovered' ? atMs + 5 : atMs;
    t.same(
      again(() => service.alertStates()),
      [{ ...firing, state, sinceMs: seenMs, alertedMs: seenMs, observedToMs: seenMs }],
      'what was not told is not known any more',
    );
    service.close();
  }
  t.end();
});

t.test('a rule that was forgotten does not come back because others are damaged', (t) => {
  const directory = homeWith('forgotten', (service) => {
    twoEpisodes(service);
    service.noteAlerts({ states: [], forgotten: [firing], alerts: [] });
    service.putSetting('name', 'value');
  });
  spoil(directory, "UPDATE setting SET value = 'x' WHERE name = 'name'");
  const service = openScratch(directory);
  t.throws(() => service.getSetting('name'), { code: 'database_unreadable' });
  t.same(service.alertStates(), []);
  t.same(deliveriesOf(service), whole);
  t.match(service.salvageNote(), { tables: ['setting'] }, 'that is no damage of alerts');
  service.close();
  t.end();
});

t.test('a page of deliveries from before does not make one go out that was begun since', (t) => {
  for (const state of ['sending', 'sent', 'failed'] as const) {
    const directory = homeWith(`page-${state}`, (service) => void note(service));
    const pages = ['alert_delivery', 'alert_delivery_by_state'].map((name) => pageOf(directory, name));
    const service = openScratch(directory);
    bring(service, 1, state);
    service.close();
    putBack(directory, ...pages);
    const judged = openScratch(directory);
    t.match(judged.dueDeliveries({ notifier: 'mail', nowMs: atMs, rowsMax: 9 }), [{ id: 1, tries: 0 }]);
    t.throws(() => judged.beginDelivery({ id: 1, atMs }), { code: 'database_unreadable' });
    t.equal(judged.beginDelivery({ id: 1, atMs }), undefined);
    t.same(deliveriesOf(judged), { 1: lostSteps, 2: lostSteps });
    t.same(note(judged, { rule: 'silent' }), [2]);
    judged.close();
  }
  t.end();
});

t.test('a page from before does not make an ended one unclear', (t) => {
  const directory = homeWith('page-ended', (service) => {
    note(service);
    service.beginDelivery({ id: 1, atMs });
  });
  const pages = ['alert_delivery', 'alert_delivery_by_state'].map((name) => pageOf(directory, name));
  const service = openScratch(directory);
  service.endDelivery({ ...sentEnd, id: 1 });
  service.close();
  putBack(directory, ...pages);
  const judged = openScratch(directory);
  t.equal(
    again(() => judged.settleDeliveries(atMs)),
    0,
  );
  t.same(deliveriesOf(judged), { 1: lostSteps, 2: lostSteps });
  judged.close();
  t.end();
});

t.test('an alert from before its deliveries were begun has them given up', (t) => {
  const directory = homeWith('page-alert', (service) => void note(service));
  const page = pageOf(directory, 'alert');
  const service = openScratch(directory);
  bring(service, 1, 'sent');
  service.close();
  putBack(directory, page);
  const judged = openScratch(directory);
  t.equal(
    again(() => judged.beginDelivery({ id: 2, atMs })),
    undefined,
  );
  t.same(deliveriesOf(judged), { 1: 'sent', 2: lostSteps });
  t.equal(damageOf(judged), null);
  judged.close();
  t.end();
});

t.test('when the newest commits are gone, what waits may have gone out, and ids are skipped', (t) => {
  const directory = homeWith('log-damaged', twoEpisodes);
  const service = openScratch(directory);
  for (let index = 0; index < 20; index += 1) service.putSetting('other', String(index));
  const copied = join(folder, 'log-damaged-copy');
  mkdirSync(copied);
  for (const name of ['egw.db', 'egw.db-wal', 'egw.db-shm'])
    copyFileSync(join(directory, name), join(copied, name));
  service.close();
  const log = readFileSync(join(copied, 'egw.db-wal'));
  log.fill(0xff, 2_000, 3_000);
  writeFileSync(join(copied, 'egw.db-wal'), log);
  const judged = openScratch(copied);
  const lost = 'failed: the newest that was written was lost on a damaged disk: it may have gone out';
  t.same(deliveriesOf(judged), { ...whole, 6: lost, 7: lost });
  t.same(idsOf(judged), [3, 2, 1]);
  t.match(judged.salvageNote(), { tables: ['alert'] });
  t.same(note(judged, { rule: 'silent' }), [10_004]);
  t.match(judged.listDeliveries({ rowsMax: 1 }), [{ id: 10_010 }]);
  judged.close();
  t.end();
});

t.test('spans of a page from before do not reach into newer ones', (t) => {
  const minuteMs = 60_000;
  const put = (service: DatabaseService, from: number, to: number, phase: string): void => {
    const [fromMs, toMs] = [startMs + from * minuteMs, startMs + to * minuteMs];
    service.putPhases({ boiler: 'boiler', fromMs, toMs, spans: [{ startMs: fromMs, endMs: toMs, phase }] });
  };
  const directory = homeWith('phases', (service) => {
    put(service, 0, 10, 'hold');
    put(service, 10, 20, 'stop');
    service.putSetting('name', 'value');
  });
  // What two pages can tell together, when one of them is from before.
  const other = homeWith('phases-before', (service) => {
    put(service, 0, 15, 'hold');
  });
  spoil(
    directory,
    `ATTACH '${join(other, 'egw.db')}' AS other; INSERT OR REPLACE INTO boiler_phase SELECT * FROM other.boiler_phase;
     UPDATE setting SET value = 'x' WHERE name = 'name'`,
  );
  const service = openScratch(directory);
  t.throws(() => service.getSetting('name'), { code: 'database_unreadable' });
  t.match(service.listPhases({ boiler: 'boiler', fromMs: 0, toMs: atMs * 2, rowsMax: 9 }), {
    spans: [{ startMs: startMs + 10 * minuteMs, phase: 'stop' }],
  });
  t.match(service.salvageNote(), { tables: ['boiler_phase', 'setting'] });
  service.close();
  t.end();
});

t.test('no damage of the file sends a message twice, or forgets one without saying so', (t) => {
  const alerts = 30;
  const home = homeWith('many', (service) => {
    for (let index = 0; index < alerts; index += 1) {
      const facts = `{"reason":"${'x'.repeat(index * 20)}"}`;
      note(service, { subject: `subject-${index}`, facts }, { subject: `subject-${index}` });
      bring(service, 2 * index + 1, states[index % states.length] ?? 'queued');
    }
  });
  const truth = trueDeliveries(home);
  const kinds: readonly DamageKind[] = ['flip', 'flips', 'page', 'truncated', 'header'];
  let salvaged = 0;
  for (let seed = 1; seed <= 15; seed += 1) {
    const directory = join(folder, `trial-${seed}`);
    copyHome(home, directory);
    const kind = kinds[seed % kinds.length] ?? 'flip';
    const said = `seed ${seed}: ${damage(directory, kind, seeded(seed))}`;
    const service = openScratch(directory);
    again(() => damageOf(service));
    const listed = new Set(again(() => service.listDeliveries({ rowsMax: 99 })).map(({ id }) => id));
    const told = new Set(again(() => service.listAlerts({ rowsMax: 99 })).map(({ id }) => id));
    for (const { id, alert, state } of truth) {
      const begun = again(() => service.beginDelivery({ id, atMs: atMs + 1 }));
      assert.ok(begun === undefined || state === 'queued', `${said}: delivery ${id} goes out again`);
      const isThere = listed.has(id) || told.has(alert);
      // The newest tables are at the end of the file.
      const isGone = kind === 'truncated' && again(() => service.salvageNote()) !== null;
      assert.ok(isThere || isGone, `${said}: delivery ${id} is forgotten`);
    }
    const [id = 0] = again(() => note(service, { subject: 'another' }));
    assert.ok(id > alerts, `${said}: the id ${id} is given again`);
    if (again(() => service.salvageNote()) !== null) salvaged += 1;
    service.close();
    rmSync(directory, { recursive: true });
  }
  t.ok(salvaged > 6, `${salvaged} were salvaged`);
  t.end();
});

function trueDeliveries(directory: string): readonly StoredDelivery[] {
  const service = openScratch(directory);
  const found = service.listDeliveries({ rowsMax: 99 });
  service.close();
  return found;
}
