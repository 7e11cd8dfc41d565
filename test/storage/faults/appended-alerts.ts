import assert from 'node:assert/strict';
import type { StoredDelivery } from '../../../gateway/storage/alert-calls.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { firing, newAlert, sentEnd } from '../alerts.ts';
import { startMs } from '../scratch.ts';
import type { Fault } from './store-verdict.ts';

const minuteMs = 60_000;
const boiler = 'boiler';
const deliveries = newAlert.deliveries.slice(0, 1);

function minuteOf(alert: number): number {
  return startMs + alert * minuteMs;
}

/** Alerts of an appender: each is noted with its minute, and its message begun; it is sent when the next one comes. */
export class AppendedAlerts {
  readonly #service: DatabaseService;
  readonly #persist: <Result>(work: () => Result) => Result;
  #begun = 0;

  constructor(service: DatabaseService, persist: <Result>(work: () => Result) => Result) {
    this.#service = service;
    this.#persist = persist;
  }

  /** As a gateway begins. What a life before may have sent is not sent again here. */
  start(): void {
    const service = this.#service;
    this.#persist(() => service.settleDeliveries(startMs));
    const [newest] = this.#persist(() => service.listDeliveries({ rowsMax: 1 }));
    if (newest !== undefined) this.#begun = newest.tries === 0 ? newest.alert - 1 : newest.alert;
  }

  /** Answers the number of the alert whose message is begun now. */
  step(): number {
    const service = this.#service;
    const alert = this.#begun + 1;
    const atMs = minuteOf(alert);
    this.#persist(() => service.endDelivery({ ...sentEnd, id: this.#begun }));
    const toMs = atMs + minuteMs;
    const phase = alert % 2 === 0 ? 'stop' : 'hold';
    const spans = [{ startMs: atMs, endMs: toMs, phase }];
    this.#persist(() => service.putPhases({ boiler, fromMs: atMs, toMs, spans }));
    const noted = {
      states: [{ ...firing, observedToMs: toMs }],
      forgotten: [],
      alerts: [{ ...newAlert, episodeMs: atMs, deliveries }],
    };
    this.#persist(() => service.noteAlerts(noted));
    const delivery = this.#persist(() => service.beginDelivery({ id: alert, atMs }));
    assert.equal(delivery?.tries, 1, `the message of alert ${alert} is begun`);
    this.#begun = alert;
    return alert;
  }
}

/** What is wrong with the alerts that an appender left, when it was told that so many were begun; and how many were. */
export function judgeAlerts(
  service: DatabaseService,
  acknowledged: number,
): { readonly begun: number; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const alerts = service.listAlerts({ rowsMax: 100_000 }).toReversed();
  const found = service.listDeliveries({ rowsMax: 100_000 }).toReversed();
  const begun = found.filter(({ tries }) => tries > 0).length;
  if (begun < acknowledged) faults.push({ kind: 'lost', what: `alerts ${begun + 1} to ${acknowledged}` });
  if (begun > acknowledged + 1) faults.push({ kind: 'wrong', what: `${begun} alerts, not ${acknowledged}` });
  for (const [index, { id, episodeMs }] of alerts.entries()) {
    if (id !== index + 1 || episodeMs !== minuteOf(id))
      faults.push({ kind: 'doubled', what: `alert ${id} in place ${index + 1}` });
    const again = { ...newAlert, episodeMs, deliveries };
    if (service.noteAlerts({ states: [], forgotten: [], alerts: [again] }).length > 0)
      faults.push({ kind: 'doubled', what: `alert ${id} is told again` });
  }
  for (const [index, delivery] of found.entries()) {
    const mayBeOpen = index === found.length - 1;
    if (delivery.id !== index + 1 || delivery.alert !== delivery.id || !isInPlace(delivery, mayBeOpen))
      faults.push({ kind: 'wrong', what: `message ${JSON.stringify(delivery)} in place ${index + 1}` });
  }
  return {
    begun,
    faults: [...faults, ...halves(service, { alerts: alerts.length, messages: found.length })],
  };
}

/** One that was cut off is unclear once a life after it has settled it. */
function isInPlace({ state, tries, unclear }: StoredDelivery, mayBeOpen: boolean): boolean {
  if (state === 'sent') return tries === 1 && unclear === 0;
  if (state === 'queued' && tries === 1) return unclear === 1;
  return mayBeOpen && unclear === 0 && tries === (state === 'sending' ? 1 : 0);
}

/** An alert, its message and its state are there together; its minute before it. */
function halves(
  service: DatabaseService,
  { alerts, messages }: { readonly alerts: number; readonly messages: number },
): readonly Fault[] {
  const faults: Fault[] = [];
  const [state] = service.alertStates();
  const observed = state === undefined ? 0 : (state.observedToMs - startMs) / minuteMs - 1;
  if (messages !== alerts || observed !== alerts)
    faults.push({ kind: 'wrong', what: `${alerts} alerts, ${messages} messages, a state of ${observed}` });
  const { spans } = service.listPhases({ boiler, fromMs: 0, toMs: minuteOf(100_000), rowsMax: 100_000 });
  if (spans.length < alerts) faults.push({ kind: 'lost', what: `minutes ${spans.length + 1} to ${alerts}` });
  const isInOrder = spans.every((span, index) => span.startMs === minuteOf(index + 1));
  if (spans.length > alerts + 1 || !isInOrder)
    faults.push({ kind: 'wrong', what: `${spans.length} minutes of ${alerts} alerts` });
  return faults;
}
