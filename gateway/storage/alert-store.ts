import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type {
  AlertCalls,
  DeliveryEnd,
  NewAlert,
  StoredAlert,
  StoredAlertState,
  StoredDelivery,
} from './alert-calls.ts';
import { AlertPruner } from './alert-pruner.ts';
import { AlertStateTable } from './alert-state-table.ts';
import { AlertTable, lastAlertMark, type AlertRow } from './alert-table.ts';
import type { Connection } from './connection.ts';
import { DeliverySteps } from './delivery-steps.ts';
import { DeliveryTable, lastDeliveryMark, type DeliveryRow } from './delivery-table.ts';
import { MarkStore } from './mark-store.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { readTold, writeTold } from './told-deliveries.ts';
import { transact } from './transact.ts';

type Query<Name extends keyof AlertCalls> = Parameters<AlertCalls[Name]>[0];
type Noted = Query<'noteAlerts'>;

const nameLengthMax = 400;
const factsLengthMax = 10_000;
const saidLengthMax = 1_000;
const allRows = 1_000_000_000;

/** Where rules stand, what was told because of that, and what became of it: decided and written in one transaction. */
export class AlertStore {
  readonly #connection: Connection;
  readonly #states: AlertStateTable;
  readonly #alerts: AlertTable;
  readonly #deliveries: DeliveryTable;
  readonly #steps: DeliverySteps;
  readonly #pruner: AlertPruner;
  readonly #marks: MarkStore;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#states = new AlertStateTable(connection);
    this.#alerts = new AlertTable(connection);
    this.#deliveries = new DeliveryTable(connection);
    this.#steps = new DeliverySteps(connection);
    this.#pruner = new AlertPruner(connection);
    this.#marks = new MarkStore(connection);
  }

  states(): readonly StoredAlertState[] {
    return this.#states.all();
  }

  /** Errors: `input_invalid` names what is wrong, and nothing is noted then; `database_unreadable`. */
  note({ states, forgotten, alerts }: Noted): readonly StoredAlert[] {
    for (const [what, list] of Object.entries({ states, forgotten, alerts })) assertFew(what, list);
    const given = states.map(checkedState);
    const gone = forgotten.map(({ rule, subject }) => this.#find({ rule, subject })).filter(isThere);
    const changed = given.filter((state) => gone.length > 0 || !isSame(this.#find(state), state));
    const news = alerts.map(checkedAlert).filter((alert) => this.#alerts.idOf(alert) === undefined);
    const added: StoredAlert[] = [];
    if (gone.length + changed.length + news.length === 0) return added;
    transact(this.#connection, () => {
      for (const { rule, subject } of gone) this.#states.remove(rule, subject);
      for (const state of changed) this.#states.put(state);
      // One may stand in it twice.
      for (const alert of news)
        if (this.#alerts.idOf(alert) === undefined) added.push(storedAlert(this.#add(alert)));
    });
    return added;
  }

  find(id: number): StoredAlert | undefined {
    const alert = this.#alerts.find(id);
    return alert === undefined ? undefined : storedAlert(alert);
  }

  list(query: Query<'listAlerts'>): readonly StoredAlert[] {
    return this.#alerts.list(query).map(storedAlert);
  }

  /** With a reminder the alert itself is seen to as well. The same again is answered as at first. */
  acknowledge({ id, by, atMs }: Query<'acknowledgeAlert'>): boolean {
    const alert = this.#alerts.find(id);
    if (alert === undefined || (alert.kind !== 'alert' && alert.kind !== 'reminder')) return false;
    const { rule, subject, episodeMs } = alert;
    const seen = {
      acknowledgedMs: storedTime('the time', atMs),
      acknowledgedBy: storedText('the name', by, nameLengthMax),
    };
    const state = this.#states.find(rule, subject);
    if (state?.state === 'acknowledged')
      return alert.acknowledgedMs === seen.acknowledgedMs && alert.acknowledgedBy === seen.acknowledgedBy;
    const isNewest = this.#alerts.newestOf(rule, subject)?.episodeMs === episodeMs;
    if (state?.state !== 'firing' || !isNewest) return false;
    const firstId = this.#alerts.idOf({ rule, subject, episodeMs, kind: 'alert', sequence: 0 });
    const first = firstId === undefined ? undefined : this.#alerts.find(firstId);
    transact(this.#connection, () => {
      this.#states.put({ ...state, state: 'acknowledged' });
      for (const row of [first, alert]) if (row !== undefined) this.#alerts.put({ ...row, ...seen });
    });
    return true;
  }

  due(query: Query<'dueDeliveries'>): readonly StoredDelivery[] {
    return this.#deliveries.due(query).map(storedDelivery);
  }

  nextDeliveryMs(notifier: string): number | null {
    return this.#deliveries.nextMs(notifier.toWellFormed());
  }

  /** Errors: `database_unreadable` when it is not certain that it was not begun before. */
  begin({ id, atMs }: Query<'beginDelivery'>): StoredDelivery | undefined {
    const delivery = this.#deliveries.find(id);
    const begunMs = storedTime('the time of a try', atMs);
    if (delivery?.state === 'sending' && delivery.begunMs === begunMs) return storedDelivery(delivery);
    if (delivery?.state !== 'queued') return undefined;
    this.#steps.assertSameTale(delivery);
    const begun: DeliveryRow = { ...delivery, state: 'sending', tries: delivery.tries + 1, begunMs };
    transact(this.#connection, () => this.#steps.put(begun));
    return storedDelivery(begun);
  }

  end({ id, state, isUnclear, atMs, dueMs, reason, receipt }: DeliveryEnd): void {
    const delivery = this.#deliveries.find(id);
    if (delivery?.state !== 'sending') return;
    const ended: DeliveryRow = {
      ...delivery,
      state,
      unclear: delivery.unclear + (isUnclear ? 1 : 0),
      dueMs: storedTime('the time of the next try', dueMs),
      endedMs: state === 'queued' ? null : storedTime('the end of a try', atMs),
      reason: shortened(reason),
      receipt: shortened(receipt),
    };
    transact(this.#connection, () => this.#steps.put(ended));
  }

  /** Errors: `database_unreadable` when one of them may have ended since. */
  settle(nowMs: number): number {
    const begun = this.#deliveries.list({ state: 'sending', rowsMax: allRows });
    if (begun.length === 0) return 0;
    const atMs = storedTime('the time', nowMs);
    for (const delivery of begun) this.#steps.assertSameTale(delivery);
    transact(this.#connection, () => {
      for (const delivery of begun) {
        const { unclear, dueMs } = delivery;
        const settled = { unclear: unclear + 1, dueMs: Math.min(dueMs, atMs) };
        this.#steps.put({ ...delivery, ...settled, state: 'queued' });
      }
    });
    return begun.length;
  }

  deliveries(query: Query<'listDeliveries'>): readonly StoredDelivery[] {
    return this.#deliveries.list(query).map(storedDelivery);
  }

  prune(beforeMs: number): number {
    return this.#pruner.prune(beforeMs);
  }

  #find({ rule, subject }: Noted['forgotten'][number]): StoredAlertState | undefined {
    return this.#states.find(rule.toWellFormed(), subject.toWellFormed());
  }

  /** With its deliveries. */
  #add({ deliveries, ...alert }: NewAlert): AlertRow {
    const told = writeTold(deliveries);
    const places = readTold(told);
    const firstDelivery = this.#deliveries.lastId(this.#marks.number(lastDeliveryMark)) + 1;
    const row: AlertRow = {
      ...alert,
      id: this.#alerts.lastId(this.#marks.number(lastAlertMark)) + 1,
      firstDelivery,
      told,
      steps: 0,
      acknowledgedMs: null,
      acknowledgedBy: null,
    };
    this.#marks.putNumber(lastAlertMark, row.id);
    this.#alerts.add(row);
    if (places.length > 0) this.#marks.putNumber(lastDeliveryMark, firstDelivery + places.length - 1);
    for (const [index, place] of places.entries())
      this.#deliveries.add({ ...newDelivery, ...place, id: firstDelivery + index, alert: row.id });
    return row;
  }
}

const newDelivery = {
  state: 'queued',
  tries: 0,
  unclear: 0,
  begunMs: null,
  endedMs: null,
  reason: null,
  receipt: null,
  steps: 0,
} as const;

function storedAlert(row: AlertRow): StoredAlert {
  const { id, rule, subject, episodeMs, kind, sequence, atMs, notedMs, severity, facts } = row;
  const { acknowledgedMs, acknowledgedBy } = row;
  const key = { rule, subject, episodeMs, kind, sequence };
  return { id, ...key, atMs, notedMs, severity, facts, acknowledgedMs, acknowledgedBy };
}

function storedDelivery(row: DeliveryRow): StoredDelivery {
  const { id, alert, notifier, recipient, dueMs, state, tries, unclear } = row;
  const { begunMs, endedMs, reason, receipt } = row;
  const place = { id, alert, notifier, recipient, dueMs };
  return { ...place, state, tries, unclear, begunMs, endedMs, reason, receipt };
}

function isThere(state: StoredAlertState | undefined): state is StoredAlertState {
  return state !== undefined;
}

function isSame(left: StoredAlertState | undefined, right: StoredAlertState): boolean {
  return (Object.keys(right) as (keyof StoredAlertState)[]).every((name) => left?.[name] === right[name]);
}

function assertFew(what: string, { length }: readonly unknown[]): void {
  if (length <= limits.alertsNotedMax) return;
  throw invalid(`${length} ${what} in one go; ${limits.alertsNotedMax} are the most`);
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `alerts cannot be noted: ${why}`);
}

function timeOrNull(what: string, atMs: number | null): number | null {
  return atMs === null ? null : storedTime(what, atMs);
}

function checkedState(given: StoredAlertState): StoredAlertState {
  const what = `the state of ${given.rule}`;
  return {
    rule: storedText('a rule', given.rule, nameLengthMax),
    subject: storedText(`the subject of ${given.rule}`, given.subject, nameLengthMax),
    state: given.state,
    sinceMs: timeOrNull(`${what}: its beginning`, given.sinceMs),
    alertedMs: timeOrNull(`${what}: its last alert`, given.alertedMs),
    reminders: wholeOf(`${what}: its reminders`, given.reminders),
    unknownSinceMs: timeOrNull(`${what}: since when it is not known`, given.unknownSinceMs),
    observedToMs: storedTime(`${what}: its end`, given.observedToMs),
  };
}

function checkedAlert(given: NewAlert): NewAlert {
  const what = `an alert of ${given.rule}`;
  if (given.deliveries.length > limits.alertDeliveriesMax)
    throw invalid(`${what} goes to ${given.deliveries.length}; ${limits.alertDeliveriesMax} are the most`);
  return {
    rule: storedText('a rule', given.rule, nameLengthMax),
    subject: storedText(`${what}: its subject`, given.subject, nameLengthMax),
    episodeMs: storedTime(`${what}: its episode`, given.episodeMs),
    kind: given.kind,
    sequence: wholeOf(`${what}: its number`, given.sequence),
    atMs: storedTime(`${what}: its time`, given.atMs),
    notedMs: storedTime(`${what}: when it was noted`, given.notedMs),
    severity: given.severity,
    facts: storedText(`${what}: its facts`, given.facts, factsLengthMax),
    deliveries: given.deliveries.map(({ notifier, recipient, dueMs }) => ({
      notifier: storedText(`${what}: its notifier`, notifier, nameLengthMax),
      recipient: recipient === '' ? '' : storedText(`${what}: its recipient`, recipient, saidLengthMax),
      dueMs: storedTime(`${what}: when it is due`, dueMs),
    })),
  };
}

function wholeOf(what: string, number: number): number {
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw invalid(`${what} is ${number}, not a whole number from 0 on`);
}

/** What others say may be long. */
function shortened(said: string | null): string | null {
  return said === null ? null : said.slice(0, saidLengthMax).toWellFormed();
}
