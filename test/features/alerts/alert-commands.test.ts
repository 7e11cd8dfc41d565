import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import type { CommandCall, Scope } from '../../../gateway/features/command.ts';
import type { StoredAlertState } from '../../../gateway/storage/alert-calls.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { MemoryStore } from '../../faces/memory-store.ts';
import {
  bindStubAlerts,
  MemoryAlerts,
  storedAlert,
  storedDelivery,
  stubNotifier,
} from '../../faces/stub-alerts.ts';

type Given = Parameters<typeof bindStubAlerts>[2];

interface Row {
  readonly id: number | string;
  readonly title: string;
  readonly isOpen: boolean;
  readonly recipient: string;
  readonly state: string;
  readonly reason: string | null;
  readonly problem: string | null;
  readonly notifiers: readonly string[] | null;
  readonly origin: string;
  readonly enabled: boolean;
}

/** All that answers have, each some of it. */
interface Answer {
  readonly alerts: readonly Row[];
  readonly deliveries: readonly Row[];
  readonly rules: readonly Row[];
  readonly notifiers: readonly Row[];
  readonly next: number | null;
  readonly acknowledgedMs: number;
}

const minuteMs = 60_000;

class Bench {
  readonly time = new ManualTime();
  readonly memory = new MemoryAlerts();
  readonly nowMs = this.time.wall();
  readonly #given: Given;

  constructor(given: Given = {}) {
    this.#given = given;
  }

  async ask(id: string, input: object = {}): Promise<Answer> {
    const dispatcher = createDispatcher(bindStubAlerts(this.memory, this.time, this.#given), {
      ...{ audit: new MemoryStore(), clock: this.time, logger: silentLogger, checkOutput: true },
    });
    const scopes = new Set<Scope>(['read', 'control', 'admin']);
    const principal = { kind: 'token', id: 'token:7', scopes } as const;
    const call: CommandCall = { principal, origin: 'local', signal: new AbortController().signal };
    return (await dispatcher.dispatch(id, { ...input }, call)) as Answer;
  }

  async refused(id: string, input: object = {}): Promise<string> {
    try {
      await this.ask(id, input);
    } catch (error) {
      return `${errorCodeOf(error) ?? ''}: ${(error as Error).message}`;
    }
    return 'none';
  }

  open(given: Partial<StoredAlertState> = {}): void {
    this.memory.states.push({
      ...{ rule: 'cold', subject: 'freezer/temperature_c', state: 'firing', sinceMs: this.nowMs },
      ...{ alertedMs: this.nowMs, reminders: 0, unknownSinceMs: null, observedToMs: this.nowMs },
      ...given,
    });
  }
}

const idsOf = ({ alerts }: Answer): Row['id'][] => alerts.map(({ id }) => id);

t.test('alerts are listed newest first, in pages, in the language that is asked for', async (t) => {
  const bench = new Bench();
  bench.memory.alerts = [1, 2, 3, 4, 5].map((id) => storedAlert(id, bench.nowMs + id * minuteMs));
  const first = await bench.ask('alert.list', { limit: 2 });
  t.same([idsOf(first), first.next], [[5, 4], 4]);
  const second = await bench.ask('alert.list', { limit: 2, before: 4 });
  t.same([idsOf(second), second.next], [[3, 2], 2]);
  const last = await bench.ask('alert.list', { limit: 2, before: 2 });
  t.same([idsOf(last), last.next], [[1], null]);
  t.equal(first.alerts[0]?.title, 'Freezer [31m: – above – –');
  const french = await bench.ask('alert.list', { limit: 1, language: 'fr' });
  t.match(french.alerts[0]?.title, /au-dessus de/);
});

t.test('alerts are found by rule, subject and time', async (t) => {
  const bench = new Bench();
  const { nowMs } = bench;
  bench.memory.alerts = [
    storedAlert(1, nowMs - 60 * minuteMs),
    storedAlert(2, nowMs - 30 * minuteMs, { rule: 'silent', subject: 'meter' }),
    storedAlert(3, nowMs - 10 * minuteMs, { subject: 'cellar/temperature_c' }),
  ];
  t.same(idsOf(await bench.ask('alert.list', { rule: 'cold' })), [3, 1]);
  t.same(idsOf(await bench.ask('alert.list', { subject: 'meter' })), [2]);
  t.same(idsOf(await bench.ask('alert.list', { from: '30m' })), [3, 2], 'from is in it');
  t.same(idsOf(await bench.ask('alert.list', { to: '30m' })), [1], 'to is not');
  t.match(
    await bench.refused('alert.list', { from: '10m', to: '30m' }),
    /input_invalid: from .* must be before/,
  );
  t.match(await bench.refused('alert.list', { from: 'yesterday' }), /input_invalid: from: "yesterday"/);
});

t.test('what goes on is found whatever came after it, and only that', async (t) => {
  const bench = new Bench();
  const { nowMs } = bench;
  const old = nowMs - 90 * minuteMs;
  bench.memory.alerts = [
    storedAlert(1, old),
    storedAlert(2, old + minuteMs, { kind: 'recovered', episodeMs: old }),
    storedAlert(3, nowMs),
    storedAlert(4, nowMs + minuteMs, { kind: 'reminder', sequence: 1, episodeMs: nowMs }),
    storedAlert(5, nowMs, { rule: 'silent', subject: 'meter' }),
    storedAlert(6, nowMs, { rule: 'silent', subject: 'probe' }),
  ];
  bench.open();
  bench.open({ rule: 'silent', subject: 'meter', state: 'acknowledged' });
  bench.open({ rule: 'silent', subject: 'probe', state: 'pending' });
  t.same(idsOf(await bench.ask('alert.list', { open: true })), [5, 3]);
  t.same(idsOf(await bench.ask('alert.list', { open: true, rule: 'cold' })), [3]);
  t.same(idsOf(await bench.ask('alert.list', { open: true, subject: 'meter' })), [5]);
  const page = await bench.ask('alert.list', { open: true, limit: 1 });
  t.same([idsOf(page), page.next], [[5], 5]);
  t.same(idsOf(await bench.ask('alert.list', { open: true, before: 5 })), [3]);
  const all = await bench.ask('alert.list');
  t.same(
    all.alerts.map(({ isOpen }) => isOpen),
    [false, true, false, true, false, false],
  );
});

t.test('an alert is shown with what became of its messages, and nobody’s number', async (t) => {
  const bench = new Bench();
  bench.memory.alerts = [storedAlert(3, bench.nowMs)];
  bench.memory.deliveries = [
    storedDelivery(1, 3),
    storedDelivery(2, 3, { state: 'failed', reason: 'barred', receipt: null, tries: 2, unclear: 1 }),
    storedDelivery(3, 4),
  ];
  const shown = await bench.ask('alert.show', { id: 3 });
  t.same(
    shown.deliveries.map(({ id, recipient, state, reason }) => [id, recipient, state, reason]),
    [
      [2, '…78', 'failed', 'barred'],
      [1, '…78', 'sent', null],
    ],
  );
  t.notMatch(JSON.stringify(shown), /33612345678/);
  bench.memory.deliveries = Array.from({ length: 300 }, (_, index) => storedDelivery(index, 3));
  t.equal((await bench.ask('alert.show', { id: 3 })).deliveries.length, 300, 'all of them');
  t.match(await bench.refused('alert.show', { id: 9 }), 'not_found: there is no alert 9');
});

t.test('somebody sees to what goes on, once, also by way of its reminder', async (t) => {
  const bench = new Bench();
  const { nowMs } = bench;
  bench.memory.alerts = [
    storedAlert(3, nowMs),
    storedAlert(4, nowMs + minuteMs, { kind: 'reminder', sequence: 1, episodeMs: nowMs }),
  ];
  bench.open();
  const seen = await bench.ask('alert.ack', { id: 4 });
  t.match(seen, { id: 3, acknowledgedBy: 'token:7' });
  t.type(seen.acknowledgedMs, 'number');
  t.match(
    await bench.ask('alert.ack', { id: 3 }),
    { id: 3, acknowledgedBy: 'token:7' },
    'again is no mistake',
  );
});

t.test('what goes on for weeks stays open, however often people were reminded of it', async (t) => {
  const bench = new Bench();
  const { nowMs } = bench;
  bench.memory.alerts = [
    storedAlert(3, nowMs),
    ...Array.from({ length: 300 }, (_, index) =>
      storedAlert(4 + index, nowMs, { kind: 'reminder', sequence: 1 + index, episodeMs: nowMs }),
    ),
  ];
  bench.open({ reminders: 300 });
  t.same(idsOf(await bench.ask('alert.list', { open: true })), [3]);
  t.match(await bench.ask('alert.ack', { id: 303 }), { id: 3, acknowledgedBy: 'token:7' });
});

t.test('what is over, and what tells that, needs nobody', async (t) => {
  const bench = new Bench();
  const { nowMs } = bench;
  bench.memory.alerts = [
    storedAlert(1, nowMs),
    storedAlert(2, nowMs, { kind: 'recovered' }),
    storedAlert(3, nowMs, { kind: 'reminder', episodeMs: 5 }),
  ];
  t.match(await bench.refused('alert.ack', { id: 1 }), 'input_invalid: alert 1 is over');
  t.match(await bench.refused('alert.ack', { id: 2 }), 'input_invalid: alert 2 is no alert that goes on');
  t.match(await bench.refused('alert.ack', { id: 3 }), 'input_invalid: alert 3 is no alert that goes on');
  t.match(await bench.refused('alert.ack', { id: 4 }), 'not_found');
});

t.test('every rule is listed: how it is set, what is wrong with it, and where it stands', async (t) => {
  const bench = new Bench();
  bench.open({ reminders: 2 });
  const { rules } = await bench.ask('alert.rules', { language: 'fr' });
  t.same(
    rules.map(({ id, origin, enabled }) => [id, origin, enabled]),
    [
      ['silent', 'built-in', false],
      ['cold', 'own', true],
      ['bad', 'own', false],
    ],
  );
  t.match(rules[1], {
    title: '… : … au-dessus de … …',
    condition: 'freezer/temperature_c above -12, clears -15',
    notifiers: ['inverter'],
    problem: null,
    subjects: [{ subject: 'freezer/temperature_c', state: 'firing', reminders: 2 }],
  });
  t.match(rules[2]?.problem, /line 9/);
  t.equal(rules[0]?.notifiers, null);
});

t.test('a notifier is listed with how it fares', async (t) => {
  const bench = new Bench();
  bench.memory.deliveries = [
    storedDelivery(1, 1, { endedMs: 10 }),
    storedDelivery(2, 1, { endedMs: 20 }),
    storedDelivery(3, 1, { state: 'failed', endedMs: 30, reason: 'barred' }),
    storedDelivery(4, 1, { state: 'queued', endedMs: null, reason: null }),
  ];
  const { notifiers } = await bench.ask('notify.list');
  t.match(notifiers, [
    {
      id: 'inverter',
      recipients: ['…78'],
      queued: 1,
      sentMs: 20,
      failedMs: 30,
      reason: 'barred',
      problem: null,
    },
  ]);
  bench.memory.deliveries.push(storedDelivery(5, 1, { state: 'queued', reason: 'no answer' }));
  t.equal(
    (await bench.ask('notify.list')).notifiers[0]?.reason,
    'no answer',
    'what is to be sent goes first',
  );
});

t.test('the log of messages is asked for by notifier, state and alert, in pages', async (t) => {
  const bench = new Bench();
  bench.memory.deliveries = [
    storedDelivery(1, 1),
    storedDelivery(2, 2, { state: 'failed', reason: 'barred' }),
    storedDelivery(3, 2, { notifier: 'gone', recipient: 'ana@example.org' }),
  ];
  const ids = async (input: object): Promise<Row['id'][]> =>
    (await bench.ask('notify.log', input)).deliveries.map(({ id }) => id);
  t.same(await ids({}), [3, 2, 1]);
  t.same(await ids({ notifier: 'inverter' }), [2, 1]);
  t.same(await ids({ state: 'failed' }), [2]);
  t.same(await ids({ alert: 2 }), [3, 2]);
  t.same(await ids({ before: 3, limit: 1 }), [2]);
  t.equal((await bench.ask('notify.log', { limit: 2 })).next, 2);
  t.notMatch(JSON.stringify(await bench.ask('notify.log')), /ana@|33612345678/, 'also of one that is gone');
});

t.test('a test goes to whom it is asked for, and says whether it arrived', async (t) => {
  const asked: unknown[] = [];
  const second = { ...stubNotifier, id: 'mail', recipients: ['ana@example.org', 'bo@example.org'] };
  const off = { ...stubNotifier, id: 'off', isEnabled: false };
  const bench = new Bench({
    notifiers: () => [stubNotifier, second, off],
    test: (notifier, recipients) => {
      asked.push([notifier, ...recipients]);
      const state = notifier === 'mail' ? 'failed' : 'sent';
      return Promise.resolve([storedDelivery(1, 1, { notifier, state })]);
    },
  });
  t.match(await bench.ask('notify.test'), {
    isSent: false,
    results: [{ state: 'sent' }, { state: 'failed' }],
  });
  t.match(await bench.ask('notify.test', { notifier: 'inverter' }), { isSent: true });
  await bench.ask('notify.test', { recipient: 'bo@example.org' });
  await bench.ask('notify.test', { notifier: 'inverter', recipient: '…78' });
  t.same(asked, [
    ['inverter', '33612345678'],
    ['mail', 'ana@example.org', 'bo@example.org'],
    ['inverter', '33612345678'],
    ['mail', 'bo@example.org'],
    ['inverter', '33612345678'],
  ]);
  t.match(
    await bench.refused('notify.test', { notifier: 'off' }),
    /input_invalid: .*notifier off: it is switched off/,
  );
  t.match(await bench.refused('notify.test', { notifier: 'x' }), /not_found: there is no notifier "x"/);
  const stranger = await bench.refused('notify.test', { recipient: 'eve@example.org' });
  t.match(stranger, /input_invalid: there is no recipient "eve@example.org"/);
  t.equal(asked.length, 5, 'nobody else is written to');
});

t.test('what cannot send says why, and what has no balance says so', async (t) => {
  const problem = 'it has no password';
  const bench = new Bench({ notifiers: () => [{ ...stubNotifier, problem, hasBalance: false }] });
  t.match(
    await bench.refused('notify.test', { notifier: 'inverter' }),
    /input_invalid: .*it has no password/,
  );
  t.match(await bench.refused('notify.test'), 'input_invalid: there is no notifier that can send');
  t.match(await bench.refused('notify.balance', { id: 'inverter' }), /input_invalid: .*it has no password/);
  const none = new Bench({ notifiers: () => [{ ...stubNotifier, hasBalance: false }] });
  t.match(await none.refused('notify.balance', { id: 'inverter' }), /vonage-sms, which has no balance/);
  t.same(await new Bench().ask('notify.balance', { id: 'inverter' }), {
    ...{ id: 'inverter', amount: 10.28, currency: 'EUR' },
  });
});
