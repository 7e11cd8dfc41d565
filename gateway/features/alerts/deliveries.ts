import { monotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { NewAlert, NewDelivery, StoredAlert, StoredDelivery } from '../../storage/alert-calls.ts';
import type { StorePort } from '../store-port.ts';
import { Courier, type CourierCalls, type CourierPorts } from './courier.ts';
import { isOfMedium } from './is-of-medium.ts';
import type { SendingNotifier } from './sending-notifier.ts';

export interface DeliveriesPorts extends Omit<CourierPorts, 'ended' | 'store'> {
  readonly store: StorePort<CourierCalls | 'noteAlerts' | 'settleDeliveries'>;
}

/** Something that is not as it should be: a line for people. */
export interface DeliveryNote {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** A test that waits for its messages to be sent. */
interface Watched {
  left: number;
  readonly done: () => void;
}

const pageRows = 500;
const testMsMax = 20_000;
/** Between two tests of one notifier: each is a real message, and some cost money. */
const testPauseMs = 10_000;
const testNamesMax = 100;
/** A gateway that stops has 4.5 s for all of it. */
const stopMsMax = 2_500;

/** Sends what is on disk to be sent, each notifier for itself; see docs/alerts.md. */
export class Deliveries {
  readonly #ports: DeliveriesPorts;
  readonly #couriers: ReadonlyMap<string, Courier>;
  readonly #reasons: ReadonlyMap<string, string>;
  readonly #watched = new Map<number, Watched>();
  readonly #testedMs = new Map<string, number>();
  #isLoaded = false;
  #loading: Promise<void> | undefined;
  #unkept = 0;

  /** @param reasons why those are not sent with that are configured and not switched on, by id */
  constructor(
    notifiers: readonly SendingNotifier[],
    reasons: ReadonlyMap<string, string>,
    ports: DeliveriesPorts,
  ) {
    this.#ports = ports;
    this.#reasons = reasons;
    const ended = ({ alert }: StoredDelivery): void => this.#ended(alert);
    this.#couriers = new Map(
      notifiers.map((notifier) => [notifier.id, new Courier(notifier, { ...ports, ended })]),
    );
  }

  /** Settles what an earlier life has left; before that nothing is sent. Errors: those of the store. */
  async load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  /** Something is there to be sent. */
  wake(): void {
    for (const courier of this.#couriers.values()) courier.wake();
  }

  /** Sends the messages of an alert that no medium takes. They are lost with the process. */
  tellUnkept({ deliveries, ...alert }: NewAlert): void {
    const stored: StoredAlert = { ...alert, id: alert.notedMs, acknowledgedMs: null, acknowledgedBy: null };
    for (const delivery of deliveries) {
      this.#unkept += 1;
      this.#couriers
        .get(delivery.notifier)
        ?.tellUnkept(stored, { ...newDelivery, ...delivery, id: this.#unkept, alert: stored.id });
    }
  }

  /** Sends what has become due. To be called every few seconds; returns at once. */
  beat(): void {
    for (const courier of this.#couriers.values()) courier.beat();
  }

  /**
   * Sends a test to these recipients of a notifier, once, and answers what became of it after 20 s at most. Errors:
   * those of the store, `not_found`, `rate_limited`.
   */
  async test(
    notifier: string,
    recipients: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly StoredDelivery[]> {
    const courier = this.#courier(notifier);
    this.#checkPace(notifier);
    await this.load();
    const places = [...new Set(recipients)];
    const { id: alert } = await this.#noteTest(notifier, places);
    await this.#untilEnded(courier, { alert, left: places.length }, signal);
    return await this.#ports.store.call('listDeliveries', { alert, rowsMax: Math.max(1, places.length) });
  }

  /** Whether what is left of what was paid for can be asked. */
  hasBalance(notifier: string): boolean {
    try {
      return this.#couriers.get(notifier)?.opened().balance !== undefined;
    } catch {
      return false;
    }
  }

  /** What is left of what was paid for. Errors: those of the notifier, `not_found`, `input_invalid`. */
  async balance(
    notifier: string,
    signal: AbortSignal,
  ): Promise<{ readonly amount: number; readonly currency: string }> {
    const open = this.#courier(notifier).opened();
    if (open.balance !== undefined) return await open.balance(signal);
    throw new GatewayError('input_invalid', `notifier ${notifier} has no balance`, {
      hint: 'see egw notify list',
    });
  }

  notes(): readonly DeliveryNote[] {
    return [...this.#couriers.values()].flatMap(notesOf);
  }

  /** Ends what runs, and leaves unclear what does not end in time. While the store is still open. Never throws. */
  async stop(): Promise<void> {
    await Promise.all([...this.#couriers.values()].map(async (courier) => await courier.stop(stopMsMax)));
    for (const { done } of [...this.#watched.values()]) done();
  }

  async #load(): Promise<void> {
    const { store, clock } = this.#ports;
    let unsettled: readonly StoredDelivery[] = [];
    try {
      await store.call('settleDeliveries', clock.wall());
      await this.#giveUpLost();
    } catch (error) {
      if (!isOfMedium(error)) throw error;
      // What waits is sent all the same, and what was begun waits for the medium.
      unsettled = await store.call('listDeliveries', {
        state: 'sending',
        rowsMax: limits.alertDeliveriesMax,
      });
    }
    for (const [id, courier] of this.#couriers)
      await courier.load(unsettled.filter(({ notifier }) => notifier === id));
    this.#isLoaded = true;
    this.wake();
  }

  /** To whom nothing is sent any more: their notifier is not there, or switched off, or does not reach them. */
  async #giveUpLost(): Promise<void> {
    const { store, clock } = this.#ports;
    for (let beforeId: number | undefined; ;) {
      const before = beforeId === undefined ? {} : { beforeId };
      const page = await store.call('listDeliveries', { state: 'queued', ...before, rowsMax: pageRows });
      for (const { id, notifier, recipient, dueMs } of page) {
        const reason = this.#reasonToGiveUp(notifier, recipient);
        if (reason === undefined) continue;
        const atMs = clock.wall();
        if ((await store.call('beginDelivery', { id, atMs })) === undefined) continue;
        const nothing = { isUnclear: false, receipt: null };
        await store.call('endDelivery', { id, state: 'failed', atMs, dueMs, reason, ...nothing });
      }
      beforeId = page.at(-1)?.id;
      if (page.length < pageRows) return;
    }
  }

  #reasonToGiveUp(notifier: string, recipient: string): string | undefined {
    const courier = this.#couriers.get(notifier);
    if (courier === undefined)
      return this.#reasons.get(notifier) ?? `there is no notifier ${notifier} any more`;
    const { recipients } = courier.notifier;
    if (recipients?.includes(recipient) !== false) return undefined;
    return `notifier ${notifier} does not reach that recipient any more`;
  }

  async #noteTest(notifier: string, recipients: readonly string[]): Promise<StoredAlert> {
    const { store, clock } = this.#ports;
    const nowMs = clock.wall();
    const deliveries = recipients.map((recipient) => ({ notifier, recipient, dueMs: nowMs }));
    const test: Omit<NewAlert, 'episodeMs'> = {
      ...{ rule: 'test', subject: notifier, kind: 'test', sequence: 0 },
      ...{ atMs: nowMs, notedMs: nowMs, severity: 'info', facts: '{}', deliveries },
    };
    // Where the clock was set back, there may have been one of the same time.
    for (let more = 0; more < testNamesMax; more += 1) {
      const noted = { states: [], forgotten: [], alerts: [{ ...test, episodeMs: nowMs + more }] };
      const [alert] = await store.call('noteAlerts', noted);
      if (alert !== undefined) return alert;
    }
    throw tooOften(notifier, testPauseMs);
  }

  async #untilEnded(
    courier: Courier,
    { alert, left }: { readonly alert: number; readonly left: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, alarm } = this.#ports;
    if (left === 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        this.#watched.delete(alert);
        resolve();
      };
      const cancel = alarm.at(monotonicMs(clock.monotonic() + testMsMax), done);
      this.#watched.set(alert, { left, done });
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
      courier.wake();
    });
  }

  #ended(alert: number): void {
    const watched = this.#watched.get(alert);
    if (watched === undefined) return;
    watched.left -= 1;
    if (watched.left === 0) watched.done();
  }

  #checkPace(notifier: string): void {
    const nowMs = this.#ports.clock.monotonic();
    const waitMs = (this.#testedMs.get(notifier) ?? -Infinity) + testPauseMs - nowMs;
    if (waitMs > 0) throw tooOften(notifier, waitMs);
    this.#testedMs.set(notifier, nowMs);
  }

  #courier(notifier: string): Courier {
    const courier = this.#couriers.get(notifier);
    if (courier !== undefined) return courier;
    const why = this.#reasons.get(notifier) ?? 'it is not configured';
    throw new GatewayError('not_found', `nothing is sent with notifier ${notifier}: ${why}`, {
      hint: 'see egw notify list',
    });
  }
}

function tooOften(notifier: string, waitMs: number): GatewayError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new GatewayError('rate_limited', `notifier ${notifier} was tested a moment ago`, {
    hint: `wait ${seconds} s`,
    facts: { retryAfterSeconds: seconds },
  });
}

const newDelivery: Omit<StoredDelivery, keyof NewDelivery | 'alert' | 'id'> = {
  ...{ tries: 0, unclear: 0, begunMs: null, endedMs: null, reason: null, receipt: null },
  state: 'queued',
};

/** One line a notifier, however many it does not reach. */
function notesOf(courier: Courier): readonly DeliveryNote[] {
  const { id, problem, definition } = courier.notifier;
  const subject = `notifier:${id}`;
  if (problem !== undefined) {
    const message = `nobody is told of anything with notifier ${id}: ${problem}`;
    const hint = 'messages wait; give it, and start the gateway again';
    return [{ subject, status: 'degraded', message, hint }];
  }
  const troubles = courier.troubles();
  const [first] = troubles;
  if (first === undefined) return [];
  const [recipient, { message: reason, hint }] = first;
  const shown = recipient === '' ? '' : ` ${definition.shownRecipient(recipient)}`;
  const others = troubles.size === 1 ? '' : `, and ${troubles.size - 1} more`;
  const message = `notifier ${id} does not reach${shown === '' ? ' anybody' : shown}${others}: ${reason}`;
  return [{ subject, status: 'degraded', message, hint: hint ?? `egw notify test ${id} tries it again now` }];
}
