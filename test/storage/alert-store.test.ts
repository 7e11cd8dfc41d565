import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import type { DeliveryState } from '../../gateway/storage/alert-calls.ts';
import { firing, newAlert, note, sentEnd } from './alerts.ts';
import { NaiveAlerts } from './naive-alerts.ts';
import { openScratch, startMs } from './scratch.ts';
import { damageOf, scratchDirectory } from './upkeep/history.ts';

const atMs = startMs + 90_000;
const minuteMs = 60_000;
const unsent = { tries: 0, unclear: 0, begunMs: null, endedMs: null, reason: null, receipt: null };

t.test('an alert is kept as it was given, with its deliveries and the state of its rule', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  const { deliveries, ...alert } = newAlert;
  const stored = { ...alert, id: 1, acknowledgedMs: null, acknowledgedBy: null };
  t.same(service.noteAlerts({ states: [firing], forgotten: [], alerts: [newAlert] }), [stored]);
  service.close();
  service = openScratch(directory);
  t.same(service.findAlert(1), stored);
  t.equal(service.findAlert(2), undefined);
  t.same(service.alertStates(), [firing]);
  t.same(
    service.listDeliveries({ alert: 1, rowsMax: 9 }),
    [1, 0].map((index) => ({ ...deliveries[index], ...unsent, id: index + 1, alert: 1, state: 'queued' })),
  );
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('the same again is not told again, whatever else is said of it', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  t.same(note(service), [1]);
  const { walBytes } = service.databaseStatus();
  t.same(note(service), []);
  t.equal(service.databaseStatus().walBytes, walBytes, 'and writes nothing');
  service.close();
  service = openScratch(directory);
  t.same(note(service, { atMs, notedMs: atMs, severity: 'info', facts: '[]', deliveries: [] }), []);
  const others = {
    rule: 'boiler-jam',
    subject: 'another',
    episodeMs: 1,
    kind: 'reminder',
    sequence: 1,
  } as const;
  for (const [index, [name, value]] of Object.entries(others).entries())
    t.same(note(service, { [name]: value }), [index + 2], name);
  const twice = { states: [], forgotten: [], alerts: [0, 0].map(() => ({ ...newAlert, episodeMs: 2 })) };
  t.match(service.noteAlerts(twice), { length: 1 });
  t.equal(service.listAlerts({ rowsMax: 99 }).length, 7);
  service.close();
  t.end();
});

t.test('whoever stands in an alert twice is told once', (t) => {
  const service = openScratch(scratchDirectory(t));
  const [mail, sms] = newAlert.deliveries;
  assert(mail !== undefined && sms !== undefined);
  note(service, { deliveries: [mail, sms, { ...mail, dueMs: atMs }, { ...mail, recipient: 'two' }] });
  t.match(service.listDeliveries({ rowsMax: 9 }), [
    { id: 3, notifier: 'mail', recipient: 'two' },
    { id: 2, notifier: 'sms', recipient: '' },
    { id: 1, notifier: 'mail', recipient: mail.recipient, dueMs: mail.dueMs },
  ]);
  service.close();
  t.end();
});

t.test('states are replaced and forgotten', (t) => {
  const service = openScratch(scratchDirectory(t));
  const jam = { ...firing, rule: 'boiler-jam', state: 'pending', alertedMs: null } as const;
  const note2 = (states: readonly (typeof firing)[], forgotten: readonly (typeof firing)[]): unknown =>
    service.noteAlerts({ states, forgotten, alerts: [] });
  t.same(note2([jam, firing], []), []);
  t.same(service.alertStates(), [firing, jam], 'by rule');
  const quiet = { ...firing, state: 'quiet', sinceMs: null, observedToMs: atMs } as const;
  note2([quiet], [jam]);
  t.same(service.alertStates(), [quiet]);
  note2([quiet], [quiet, jam]);
  t.same(service.alertStates(), [quiet], 'what is forgotten and said again is there');
  note2([], [quiet]);
  t.same(service.alertStates(), []);
  service.close();
  t.end();
});

t.test('what cannot be kept is refused, and nothing of its call is kept', (t) => {
  const service = openScratch(scratchDirectory(t));
  const [mail] = newAlert.deliveries;
  assert(mail !== undefined);
  const many = Array.from({ length: limits.alertsNotedMax + 1 }, (_, index) => `rule-${index}`);
  const noted = { states: [firing], forgotten: [], alerts: [newAlert] };
  const withState = (state: Partial<typeof firing>): typeof noted => ({
    ...noted,
    states: [{ ...firing, ...state }],
  });
  const withAlert = (alert: Partial<typeof newAlert>): unknown => ({
    ...noted,
    alerts: [newAlert, { ...newAlert, episodeMs: 1, ...alert }],
  });
  const refused: Readonly<Record<string, unknown>> = {
    'a state of no rule': withState({ rule: '' }),
    'a state of a long subject': withState({ subject: 'x'.repeat(401) }),
    'a state since half a millisecond': withState({ sinceMs: 0.5 }),
    'a state alerted never': withState({ alertedMs: NaN }),
    'a state unknown before 1970': withState({ unknownSinceMs: -1 }),
    'a state observed for ever': withState({ observedToMs: Infinity }),
    'a state with half a reminder': withState({ reminders: 0.5 }),
    'an alert of no subject': withAlert({ subject: '' }),
    'an alert of no rule': withAlert({ rule: '' }),
    'an episode of no time': withAlert({ episodeMs: NaN }),
    'an alert at no time': withAlert({ atMs: 253_402_300_800_000 }),
    'an alert noted at no time': withAlert({ notedMs: -1 }),
    'a number below 0': withAlert({ sequence: -1 }),
    'no facts': withAlert({ facts: '' }),
    'many facts': withAlert({ facts: 'x'.repeat(10_001) }),
    'a delivery to no notifier': withAlert({ deliveries: [{ ...mail, notifier: '' }] }),
    'a delivery to a long recipient': withAlert({ deliveries: [{ ...mail, recipient: 'x'.repeat(1_001) }] }),
    'a delivery at no time': withAlert({ deliveries: [{ ...mail, dueMs: NaN }] }),
    'too many deliveries': withAlert({
      deliveries: Array.from({ length: limits.alertDeliveriesMax + 1 }, () => mail),
    }),
    'too many states': { ...noted, states: many.map((rule) => ({ ...firing, rule })) },
    'too many alerts': { ...noted, alerts: many.map((rule) => ({ ...newAlert, rule })) },
    'too many forgotten': { ...noted, forgotten: many.map((rule) => ({ rule, subject: 'boiler' })) },
  };
  for (const [title, given] of Object.entries(refused)) {
    t.throws(() => service.noteAlerts(given as typeof noted), { code: 'input_invalid' }, title);
    t.same([service.alertStates(), service.listAlerts({ rowsMax: 9 })], [[], []], title);
  }
  t.same(note(service), [1]);
  service.close();
  t.end();
});

t.test('words that are no proper Unicode do not make a row that fails its check', (t) => {
  const service = openScratch(scratchDirectory(t));
  const odd = 'x\ud800\u0000';
  const deliveries = [{ notifier: odd, recipient: odd, dueMs: startMs }];
  const [id = 0] = note(
    service,
    { rule: odd, subject: odd, facts: odd, deliveries },
    { rule: odd, subject: odd },
  );
  t.same(
    note(service, { rule: odd, subject: odd }, { rule: odd, subject: odd }),
    [],
    'it is found again by the same words',
  );
  t.match(service.dueDeliveries({ notifier: 'x\ufffd\u0000', nowMs: startMs, rowsMax: 9 }), { length: 1 });
  t.equal(service.nextDeliveryMs(odd), startMs);
  service.beginDelivery({ id: 1, atMs });
  service.endDelivery({ ...sentEnd, id: 1, state: 'failed', reason: odd + 'y'.repeat(2_000), receipt: odd });
  t.match(service.listDeliveries({ rowsMax: 1 }), [
    { reason: /^x\ufffd\u0000y{997}$/, receipt: 'x\ufffd\u0000' },
  ]);
  t.equal(service.acknowledgeAlert({ id, by: odd, atMs }), true);
  t.equal(service.acknowledgeAlert({ id, by: odd, atMs }), true);
  t.equal(service.findAlert(id)?.acknowledgedBy, 'x\ufffd\u0000');
  service.noteAlerts({ states: [], forgotten: [{ rule: odd, subject: odd }], alerts: [] });
  t.same(service.alertStates(), []);
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('an open alert is seen to with its state, and only an open one', (t) => {
  const service = openScratch(scratchDirectory(t));
  const states = ['quiet', 'pending', 'held', 'firing', 'acknowledged', 'recovered'] as const;
  const kinds = ['alert', 'reminder', 'recovered', 'test'] as const;
  for (const state of states) {
    for (const kind of kinds) {
      const subject = `${state} ${kind}`;
      const [id = 0] = note(service, { subject, kind }, { subject, state });
      const isOpen = state === 'firing' && (kind === 'alert' || kind === 'reminder');
      t.equal(service.acknowledgeAlert({ id, by: 'me', atMs }), isOpen, subject);
      const after = service.alertStates().find((stored) => stored.subject === subject);
      t.equal(after?.state, isOpen ? 'acknowledged' : state, subject);
      const seen = isOpen ? { acknowledgedMs: atMs, acknowledgedBy: 'me' } : { acknowledgedMs: null };
      t.match(service.findAlert(id), seen, subject);
      t.equal(service.acknowledgeAlert({ id, by: 'me', atMs }), isOpen, `${subject}: the same again`);
      t.equal(service.acknowledgeAlert({ id, by: 'you', atMs }), false, `${subject}: by another`);
    }
  }
  t.equal(service.acknowledgeAlert({ id: 999, by: 'me', atMs }), false);
  service.close();
  t.end();
});

t.test('only the newest episode can be seen to, and with a reminder the alert is', (t) => {
  const service = openScratch(scratchDirectory(t));
  const [old = 0] = note(service);
  note(service, { kind: 'recovered' });
  const [newer = 0] = note(service, { episodeMs: atMs });
  const [reminder = 0] = note(service, { episodeMs: atMs, kind: 'reminder', sequence: 1 }, { reminders: 1 });
  t.equal(service.acknowledgeAlert({ id: old, by: 'me', atMs }), false);
  t.equal(service.acknowledgeAlert({ id: reminder, by: 'me', atMs }), true);
  t.match(service.findAlert(newer), { acknowledgedMs: atMs, acknowledgedBy: 'me' });
  t.match(service.findAlert(reminder), { acknowledgedMs: atMs });
  t.match(service.findAlert(old), { acknowledgedMs: null });
  t.match(service.alertStates(), [{ state: 'acknowledged', reminders: 1 }]);
  service.noteAlerts({ states: [], forgotten: [firing], alerts: [] });
  t.equal(service.acknowledgeAlert({ id: newer, by: 'me', atMs }), false, 'nobody looks at it any more');
  service.close();
  t.end();
});

const rowsMax = fc.integer({ min: 1, max: 50 });
const beforeId = fc.integer({ min: 1, max: 45 });
const timeInList = fc.integer({ min: -1, max: 41 }).map((minute) => startMs + minute * minuteMs);
const alertQuery = fc.record(
  {
    rowsMax,
    beforeId,
    rule: fc.constantFrom('boiler-jam', 'silent', 'none'),
    subject: fc.constantFrom('boiler', 'p1', 'none'),
    kind: fc.constantFrom('alert', 'reminder', 'test'),
    fromMs: timeInList,
    toMs: timeInList,
  },
  { requiredKeys: ['rowsMax'] },
);
const deliveryQuery = fc.record(
  {
    rowsMax,
    beforeId,
    alert: fc.integer({ min: 1, max: 45 }),
    notifier: fc.constantFrom('mail', 'sms', 'none'),
    state: fc.constantFrom<DeliveryState>('queued', 'sending', 'sent'),
  },
  { requiredKeys: ['rowsMax'] },
);

t.test('lists are newest first, page by page, and by all that can be asked', (t) => {
  const service = openScratch(scratchDirectory(t));
  const model = new NaiveAlerts();
  for (let index = 0; index < 40; index += 1) {
    const rule = ['boiler-jam', 'silent', 'limit'][index % 3] ?? '';
    const subject = ['boiler', 'p1'][index % 2] ?? '';
    const times = { episodeMs: index, atMs: startMs + ((index * 7) % 40) * minuteMs };
    const notifier = ['mail', 'sms', 'discord'][index % 3] ?? '';
    const alert = {
      ...newAlert,
      rule,
      subject,
      kind: index % 5 === 0 ? ('reminder' as const) : ('alert' as const),
      ...times,
      deliveries: [{ notifier, recipient: '', dueMs: atMs }],
    };
    note(service, alert, { rule, subject });
    model.note({ ...firing, rule, subject }, alert);
    if (index % 4 === 0) {
      service.beginDelivery({ id: index + 1, atMs });
      model.begin(index + 1, atMs);
    }
  }
  fc.assert(
    fc.property(alertQuery, (query) => {
      const { beforeId = 99, fromMs = 0, toMs = Infinity, rule, subject, kind, rowsMax } = query;
      const expected = model.alerts.filter(
        (alert) =>
          alert.id < beforeId &&
          alert.atMs >= fromMs &&
          alert.atMs < toMs &&
          (rule ?? alert.rule) === alert.rule &&
          (kind ?? alert.kind) === alert.kind &&
          (subject ?? alert.subject) === alert.subject,
      );
      assert.deepEqual(service.listAlerts(query), expected.slice(0, rowsMax));
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(deliveryQuery, (query) => {
      const { beforeId = 99, alert, notifier, state, rowsMax } = query;
      const expected = model.deliveries.filter(
        (delivery) =>
          delivery.id < beforeId &&
          (alert ?? delivery.alert) === delivery.alert &&
          (notifier ?? delivery.notifier) === delivery.notifier &&
          (state ?? delivery.state) === delivery.state,
      );
      assert.deepEqual(service.listDeliveries(query), expected.slice(0, rowsMax));
    }),
    { numRuns: 200 },
  );
  service.close();
  t.end();
});

t.test('old alerts go with all that is theirs, so many a call, and no id is given again', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  const quiet = { ...firing, state: 'quiet' } as const;
  const old = Array.from({ length: 700 }, (_, index) => ({ ...newAlert, episodeMs: index, deliveries: [] }));
  service.noteAlerts({ states: [quiet], forgotten: [], alerts: old });
  const [waiting = 0] = note(service, { episodeMs: 700 }, quiet);
  t.equal(service.pruneAlerts(newAlert.notedMs), 0);
  t.equal(service.pruneAlerts(newAlert.notedMs + 1), 500);
  t.equal(service.pruneAlerts(newAlert.notedMs + 1), 200);
  t.match(service.listAlerts({ rowsMax: 9 }), [{ id: waiting }], 'but one with something to be sent');
  for (const id of [1, 2]) {
    service.beginDelivery({ id, atMs });
    t.equal(service.pruneAlerts(newAlert.notedMs + 1), 0);
    service.endDelivery({ ...sentEnd, id });
  }
  note(service, { episodeMs: 700 }, firing);
  t.equal(service.pruneAlerts(newAlert.notedMs + 1), 0, 'nor that of an episode that is open');
  note(service, { episodeMs: 700 }, quiet);
  t.equal(service.pruneAlerts(newAlert.notedMs + 1), 1);
  t.same(service.listDeliveries({ rowsMax: 9 }), []);
  service.close();
  service = openScratch(directory);
  t.same(note(service, { episodeMs: 1 }), [702]);
  t.match(service.listDeliveries({ rowsMax: 1 }), [{ id: 4, alert: 702 }]);
  service.close();
  t.end();
});
