import type {
  AlertState,
  DeliveryEnd,
  NewAlert,
  StoredAlert,
  StoredAlertState,
  StoredDelivery,
} from '../../gateway/storage/alert-calls.ts';

interface KeptAlert {
  readonly alert: StoredAlert;
  readonly deliveries: readonly StoredDelivery[];
}

/** What alerts and their deliveries come to, in memory, beside the store that is told the same. */
export class NaiveAlerts {
  readonly #states = new Map<string, StoredAlertState>();
  #alerts: readonly KeptAlert[] = [];
  #lastAlert = 0;
  #lastDelivery = 0;

  get states(): readonly StoredAlertState[] {
    return [...this.#states].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, state]) => state);
  }

  /** Newest first. */
  get alerts(): readonly StoredAlert[] {
    return this.#alerts.map(({ alert }) => alert).toReversed();
  }

  /** Newest first. */
  get deliveries(): readonly StoredDelivery[] {
    return this.#alerts.flatMap(({ deliveries }) => deliveries).toReversed();
  }

  /** Answers the ids of those that are new. */
  note(state: StoredAlertState, { deliveries, ...alert }: NewAlert): readonly number[] {
    this.#states.set(`${state.rule} ${state.subject}`, state);
    if (this.alerts.some((known) => keyOf(known) === keyOf(alert))) return [];
    this.#lastAlert += 1;
    const id = this.#lastAlert;
    const kept = deliveries.map((delivery): StoredDelivery => {
      this.#lastDelivery += 1;
      return { ...delivery, ...unsent, id: this.#lastDelivery, alert: id };
    });
    const seen = { acknowledgedMs: null, acknowledgedBy: null };
    this.#alerts = [...this.#alerts, { alert: { ...alert, ...seen, id }, deliveries: kept }];
    return [id];
  }

  forget(rule: string, subject: string): void {
    this.#states.delete(`${rule} ${subject}`);
  }

  begin(id: number, begunMs: number): StoredDelivery | undefined {
    if (this.#delivery(id)?.state !== 'queued') return undefined;
    this.#change(id, (delivery) => ({ ...delivery, state: 'sending', tries: delivery.tries + 1, begunMs }));
    return this.#delivery(id);
  }

  end({ id, state, isUnclear, atMs, dueMs, reason, receipt }: DeliveryEnd): void {
    if (this.#delivery(id)?.state !== 'sending') return;
    this.#change(id, (delivery) => ({
      ...delivery,
      ...{ state, dueMs, reason, receipt },
      unclear: delivery.unclear + Number(isUnclear),
      endedMs: state === 'queued' ? null : atMs,
    }));
  }

  settle(nowMs: number): number {
    const begun = this.deliveries.filter(({ state }) => state === 'sending');
    for (const { id } of begun) {
      this.#change(id, (delivery) => ({
        ...delivery,
        state: 'queued',
        unclear: delivery.unclear + 1,
        dueMs: Math.min(delivery.dueMs, nowMs),
      }));
    }
    return begun.length;
  }

  acknowledge(id: number, by: string, atMs: number): boolean {
    const alert = this.alerts.find((known) => known.id === id);
    if (alert === undefined || !this.#isOpen(alert, 'firing')) return false;
    const state = this.#states.get(`${alert.rule} ${alert.subject}`);
    if (state !== undefined)
      this.#states.set(`${alert.rule} ${alert.subject}`, { ...state, state: 'acknowledged' });
    const first = keyOf({ ...alert, kind: 'alert', sequence: 0 });
    const seen = { acknowledgedMs: atMs, acknowledgedBy: by };
    this.#alerts = this.#alerts.map(({ alert: known, deliveries }) => {
      const isSeen = known === alert || keyOf(known) === first;
      return { alert: isSeen ? { ...known, ...seen } : known, deliveries };
    });
    return true;
  }

  prune(beforeMs: number): number {
    const { length } = this.#alerts;
    this.#alerts = this.#alerts.filter(({ alert, deliveries }) => {
      const waits = deliveries.some(({ state }) => state === 'queued' || state === 'sending');
      const isOpen =
        alert.kind === 'alert' && (this.#isOpen(alert, 'firing') || this.#isOpen(alert, 'acknowledged'));
      return alert.notedMs >= beforeMs || waits || isOpen;
    });
    return length - this.#alerts.length;
  }

  #isOpen({ rule, subject, episodeMs, kind }: StoredAlert, state: AlertState): boolean {
    const episodes = this.alerts.filter((known) => known.rule === rule && known.subject === subject);
    const newestMs = Math.max(...episodes.map((known) => known.episodeMs));
    const isTold = kind === 'alert' || kind === 'reminder';
    return isTold && episodeMs === newestMs && this.#states.get(`${rule} ${subject}`)?.state === state;
  }

  #delivery(id: number): StoredDelivery | undefined {
    return this.deliveries.find((delivery) => delivery.id === id);
  }

  #change(id: number, change: (delivery: StoredDelivery) => StoredDelivery): void {
    this.#alerts = this.#alerts.map(({ alert, deliveries }) => ({
      alert,
      deliveries: deliveries.map((delivery) => (delivery.id === id ? change(delivery) : delivery)),
    }));
  }
}

const unsent = {
  state: 'queued',
  tries: 0,
  unclear: 0,
  begunMs: null,
  endedMs: null,
  reason: null,
  receipt: null,
} as const;

function keyOf({ rule, subject, episodeMs, kind, sequence }: Omit<NewAlert, 'deliveries'>): string {
  return JSON.stringify([rule, subject, episodeMs, kind, sequence]);
}
