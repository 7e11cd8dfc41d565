import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { AlertKind, AlertState, DeliveryState } from '../../gateway/storage/alert-calls.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { firing, newAlert, note, sentEnd } from './alerts.ts';
import { NaiveAlerts } from './naive-alerts.ts';
import { openScratch, startMs } from './scratch.ts';
import { damageOf, scratchDirectory } from './upkeep/history.ts';

const atMs = startMs + 90_000;

/** Deliveries 1 to 4, one in each state. */
function inEveryState(service: DatabaseService): readonly DeliveryState[] {
  const deliveries = ['a', 'b', 'c', 'd'].map((recipient) => ({
    notifier: 'mail',
    recipient,
    dueMs: startMs,
  }));
  note(service, { deliveries });
  for (const id of [2, 3, 4]) service.beginDelivery({ id, atMs });
  service.endDelivery({ ...sentEnd, id: 3 });
  service.endDelivery({ ...sentEnd, id: 4, state: 'failed', receipt: null, reason: 'refused' });
  return ['queued', 'sending', 'sent', 'failed'];
}

t.test('a delivery is begun when it is queued, and ends when it was begun', (t) => {
  const service = openScratch(scratchDirectory(t));
  const states = inEveryState(service);
  const byId = (): ReturnType<DatabaseService['listDeliveries']> =>
    service.listDeliveries({ rowsMax: 9 }).toReversed();
  t.same(
    byId().map(({ state }) => state),
    states,
  );
  const before = byId();
  for (const id of [3, 4, 5]) {
    t.equal(service.beginDelivery({ id, atMs }), undefined);
    service.endDelivery({ ...sentEnd, id, state: 'queued', isUnclear: true, reason: 'late' });
  }
  service.endDelivery({ ...sentEnd, id: 1, state: 'failed' });
  t.equal(service.beginDelivery({ id: 2, atMs: atMs + 1 }), undefined, 'it is being sent already');
  t.same(byId(), before);
  t.same(service.beginDelivery({ id: 2, atMs }), before[1], 'who did not get the answer gets it');
  t.same(byId(), before);
  t.match(service.beginDelivery({ id: 1, atMs }), { state: 'sending', tries: 1, begunMs: atMs });
  service.endDelivery({
    ...sentEnd,
    id: 1,
    state: 'queued',
    isUnclear: true,
    dueMs: atMs + 5,
    reason: 'slow',
  });
  const queued = { state: 'queued', tries: 1, unclear: 1, begunMs: atMs, endedMs: null, dueMs: atMs + 5 };
  t.match(byId()[0], { ...queued, reason: 'slow' });
  t.match(
    service.beginDelivery({ id: 1, atMs: atMs + 2 }),
    { state: 'sending', tries: 2, unclear: 1 },
    'due or not',
  );
  service.endDelivery({ ...sentEnd, id: 1, atMs: atMs + 3 });
  t.match(byId()[0], { state: 'sent', endedMs: atMs + 3, reason: null, receipt: 'message-1', unclear: 1 });
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('what an earlier life began and never ended is queued again, as unclear, once', (t) => {
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  inEveryState(service);
  service.close();
  service = openScratch(directory);
  t.equal(service.settleDeliveries(startMs - 5), 1);
  t.equal(service.settleDeliveries(startMs), 0);
  const settled = { id: 2, state: 'queued', tries: 1, unclear: 1, dueMs: startMs - 5 };
  t.match(
    service.dueDeliveries({ notifier: 'mail', nowMs: startMs - 5, rowsMax: 9 }),
    [settled],
    'it is due at once, also where the clock was set back',
  );
  t.match(service.beginDelivery({ id: 2, atMs }), { tries: 2, unclear: 1 });
  service.close();
  t.end();
});

t.test('of a notifier what is due comes with what is for safety first, then what has waited longest', (t) => {
  const service = openScratch(scratchDirectory(t));
  const delivery = (notifier: string, dueMs: number): object => ({
    notifier,
    recipient: '',
    dueMs: startMs + dueMs,
  });
  const plan = [
    ['info', [delivery('mail', 10), delivery('sms', 0)]],
    ['warning', [delivery('mail', 5)]],
    ['safety', [delivery('mail', 20)]],
    ['safety', [delivery('mail', 15)]],
    ['safety', [delivery('mail', 31)]],
    ['info', [delivery('mail', 5)]],
  ] as const;
  for (const [index, [severity, deliveries]] of plan.entries())
    note(service, {
      severity,
      episodeMs: index,
      deliveries: deliveries as unknown as typeof newAlert.deliveries,
    });
  const due = (nowMs: number, rowsMax = 9): readonly number[] =>
    service.dueDeliveries({ notifier: 'mail', nowMs: startMs + nowMs, rowsMax }).map(({ id }) => id);
  t.same(due(30), [5, 4, 3, 7, 1]);
  t.same(due(30, 2), [5, 4]);
  t.same(due(4), []);
  t.equal(service.nextDeliveryMs('mail'), startMs + 5);
  t.equal(service.nextDeliveryMs('sms'), startMs);
  t.equal(service.nextDeliveryMs('discord'), null);
  for (const id of [3, 7]) service.beginDelivery({ id, atMs });
  t.same(due(30), [5, 4, 1]);
  t.equal(service.nextDeliveryMs('mail'), startMs + 10);
  service.close();
  t.end();
});

t.test('after any calls and restarts alerts and deliveries are as a naive model has them', (t) => {
  const step = fc.record({
    does: fc.constantFrom(
      'note',
      'note',
      'begin',
      'begin',
      'end',
      'settle',
      'seen',
      'forget',
      'prune',
      'restart',
    ),
    id: fc.integer({ min: 1, max: 6 }),
    episode: fc.nat(3),
    kind: fc.constantFrom<AlertKind>('alert', 'alert', 'reminder', 'recovered', 'test'),
    state: fc.constantFrom<AlertState>('pending', 'held', 'firing', 'firing', 'acknowledged', 'recovered'),
    to: fc.constantFrom<'queued' | 'sent' | 'failed'>('queued', 'sent', 'failed'),
    isUnclear: fc.boolean(),
    timeMs: fc.nat(50).map((offset) => startMs + offset),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const directory = scratchDirectory(t);
      let service = openScratch(directory);
      const model = new NaiveAlerts();
      for (const { does, id, episode, kind, state, to, isUnclear, timeMs } of steps) {
        const rule = episode % 2 === 0 ? firing.rule : 'silent';
        const sequence = kind === 'reminder' ? 1 : 0;
        const alert = { ...newAlert, rule, kind, sequence, episodeMs: startMs + episode, notedMs: timeMs };
        const end = { ...sentEnd, id, state: to, isUnclear, atMs: timeMs, dueMs: timeMs };
        const calls: Readonly<Record<typeof does, () => void>> = {
          note: () => {
            const ids = note(service, alert, { rule, state });
            assert.deepEqual(ids, model.note({ ...firing, rule, state }, alert));
          },
          begin: () => {
            const known = service.listDeliveries({ rowsMax: 99 }).find((delivery) => delivery.id === id);
            // The same time again is the same try.
            if (known?.state === 'sending' && known.begunMs === timeMs) return;
            assert.deepEqual(service.beginDelivery({ id, atMs: timeMs }), model.begin(id, timeMs));
          },
          end: () => {
            service.endDelivery(end);
            model.end(end);
          },
          settle: () => {
            assert.equal(service.settleDeliveries(timeMs), model.settle(timeMs));
          },
          seen: () => {
            const isSeen = service.findAlert(id)?.acknowledgedMs !== null;
            if (isSeen) return;
            const given = service.acknowledgeAlert({ id, by: 'me', atMs: timeMs });
            assert.equal(given, model.acknowledge(id, 'me', timeMs));
          },
          forget: () => {
            service.noteAlerts({ states: [], forgotten: [{ rule, subject: 'boiler' }], alerts: [] });
            model.forget(rule, 'boiler');
          },
          prune: () => {
            assert.equal(service.pruneAlerts(timeMs), model.prune(timeMs));
          },
          restart: () => {
            service.close();
            service = openScratch(directory);
          },
        };
        calls[does]();
        assert.deepEqual(service.listAlerts({ rowsMax: 99 }), model.alerts);
        assert.deepEqual(service.listDeliveries({ rowsMax: 99 }), model.deliveries);
        assert.deepEqual(service.alertStates(), model.states);
      }
      service.close();
    }),
    { numRuns: 12 },
  );
  t.end();
});
