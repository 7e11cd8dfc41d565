import { monotonicMs, type Alarm, type Cancel, type Clock, type MonotonicMs } from '../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import { TimeLimiter } from '../../engine/time-limit.ts';
import type { Notifier } from '../../io/notifiers/notifier.ts';
import type { DeliveryEnd, StoredAlert, StoredDelivery } from '../../storage/alert-calls.ts';
import type { StorePort } from '../store-port.ts';
import type { MessageWriter } from './alert-ports.ts';
import { CourierLog, type DeliveryFailure } from './courier-log.ts';
import { askedWaitMs, reasonToGiveUp, retryMsMax, verdictOn, type DeliveryTerms } from './delivery-rules.ts';
import { isOfMedium } from './is-of-medium.ts';
import type { SendingNotifier } from './sending-notifier.ts';
import { tooSlow } from './too-slow.ts';
import { UnkeptMessages } from './unkept-messages.ts';

export type CourierCalls =
  'beginDelivery' | 'dueDeliveries' | 'endDelivery' | 'findAlert' | 'listDeliveries' | 'nextDeliveryMs';

export interface CourierPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  readonly store: StorePort<CourierCalls>;
  readonly writer: MessageWriter;
  /** A try is over, and on disk. */
  readonly ended: (delivery: StoredDelivery) => void;
}

/** Of one that has only waited its time no more is known. */
type Due = StoredDelivery | Pick<StoredDelivery, 'id'>;

const dayMs = 24 * 3_600_000;
/** Messages that wait at a start, and are looked at for times that a clock has made which was set back since. */
const waitingMax = 1_000;
/** So often at least it looks for messages that nobody has said are there. */
const lookMsMax = 10 * 60_000;
/** Messages on disk are sent from memory when the medium has refused so often: the first time it may have begun one. */
const refusalsMin = 2;
/** A notifier that is told to stop has so long to say how far it was. */
const lastWordMs = 500;

/**
 * Sends the messages of one notifier, one at a time: those of safety first, then oldest first. Each try is on disk
 * before it begins. Messages that wait for their next try do so by a clock that is never set.
 */
export class Courier {
  readonly notifier: SendingNotifier;
  readonly #ports: CourierPorts;
  readonly #log: CourierLog;
  readonly #limiter: TimeLimiter;
  readonly #stopping = new AbortController();
  /** When those may be tried again that wait, whatever has become of the wall clock. */
  readonly #waits = new Map<number, MonotonicMs>();
  /** What could not be written down: on disk they may still be begun. */
  readonly #unwritten = new Map<number, DeliveryEnd>();
  readonly #unkept: UnkeptMessages;
  /** What is on disk as it was, but sent from memory, as the medium takes nothing; undefined while it is not over. */
  readonly #borrowed = new Map<number, DeliveryEnd | undefined>();
  #refusals = 0;
  #open: Notifier | undefined;
  #running: Promise<void> | undefined;
  #hasWork = true;
  #nextMs: number | null = null;
  #pausedToMs = -Infinity;
  #lookedMs = -Infinity;
  #isLoaded = false;
  #isStopped = false;
  #storeReason: string | undefined;

  constructor(notifier: SendingNotifier, ports: CourierPorts) {
    this.notifier = notifier;
    this.#ports = ports;
    this.#log = new CourierLog(notifier.id, ports.logger);
    this.#limiter = new TimeLimiter(ports);
    this.#unkept = new UnkeptMessages(ports.clock);
  }

  /**
   * What an earlier life has left. Once, before anything is sent. Errors: those of the store.
   *
   * @param unsettled what that has begun and not ended, where it could not be written down that it is unclear
   */
  async load(unsettled: readonly StoredDelivery[]): Promise<void> {
    const { store, clock } = this.#ports;
    for (const { id, dueMs, reason } of unsettled) {
      const atMs = clock.wall();
      const end = { id, atMs, dueMs: Math.min(dueMs, atMs), reason, receipt: null };
      this.#unwritten.set(id, { ...end, state: 'queued', isUnclear: true });
    }
    const { id: notifier, recipients } = this.notifier;
    const [newest] = await store.call('listDeliveries', { notifier, rowsMax: 1 });
    if (newest?.state === 'failed' && recipients?.includes(newest.recipient) !== false) {
      const error = new GatewayError('notifier_unavailable', newest.reason ?? 'a message was given up');
      this.#log.failed(newest.recipient, error, { nowMs: clock.monotonic(), isFinal: true });
    }
    const queued = await store.call('listDeliveries', { notifier, state: 'queued', rowsMax: waitingMax });
    for (const delivery of queued) await this.#expect(delivery);
    this.#isLoaded = true;
  }

  /** Something is there to be sent. */
  wake(): void {
    this.#hasWork = true;
    this.beat();
  }

  /** Sends what no medium takes: it is lost with the process. */
  tellUnkept(alert: StoredAlert, delivery: StoredDelivery): void {
    if (!this.#unkept.add(alert, delivery)) this.#log.lost();
    this.beat();
  }

  /** Sends what is due, unless it does so already. Returns at once. */
  beat(): void {
    if (this.#running !== undefined || this.#isStopped || !this.#isDue()) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      // Whoever woke it while it looked for the last time.
      if (this.#unkept.isDue || (this.#hasWork && this.#storeReason === undefined)) this.beat();
    });
  }

  /** Whom it does not reach, as they may be shown, and why. */
  troubles(): ReadonlyMap<string, DeliveryFailure> {
    return this.#log.troubles(this.#ports.clock.monotonic());
  }

  /** Errors: `config_invalid`, `notifier_unavailable` when nothing can be sent with it now. */
  opened(): Notifier {
    const { id, problem } = this.notifier;
    if (problem !== undefined) {
      throw new GatewayError('notifier_unavailable', `nothing can be sent with notifier ${id}: ${problem}`, {
        hint: 'give it, and start the gateway again',
      });
    }
    this.#open ??= this.notifier.open();
    return this.#open;
  }

  /** A try that runs has so long; then it is left unclear. While the store is still open. Never throws. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopped = true;
    const { clock, alarm, logger } = this.#ports;
    const error = new GatewayError('stopping', 'the gateway was stopped while it was sent', {
      facts: { isUnclear: true },
    });
    const cancel = alarm.at(monotonicMs(clock.monotonic() + withinMs), () => this.#stopping.abort(error));
    await this.#running;
    cancel();
    try {
      await this.#open?.close();
    } catch (failure) {
      logger.warn({ notifier: this.notifier.id }, `it was not closed well: ${describeError(failure)}`);
    }
    this.#open = undefined;
  }

  #isDue(): boolean {
    const { clock } = this.#ports;
    const nowMs = clock.monotonic();
    if (nowMs < this.#pausedToMs) return false;
    if (this.#unkept.isDue) return true;
    if (!this.#isLoaded) return false;
    if (
      this.#hasWork ||
      this.#unwritten.size + this.#borrowed.size > 0 ||
      nowMs >= this.#lookedMs + lookMsMax
    )
      return true;
    if (this.#nextMs !== null && this.#nextMs <= clock.wall()) return true;
    return this.#waited(nowMs) !== undefined;
  }

  /** Never throws. */
  async #run(): Promise<void> {
    await this.#unkept.sendDue(
      () => this.#isOpen(),
      async (delivery, alert) => await this.#tried(delivery, alert),
    );
    if (!this.#isLoaded) return;
    try {
      await this.#sendDue();
      if (this.#refusals > 0) return;
      if (this.#storeReason !== undefined)
        this.#ports.logger.info({ notifier: this.notifier.id }, 'messages can be written down again');
      this.#storeReason = undefined;
    } catch (error) {
      this.#hasWork = true;
      if (this.#storeReason === undefined) {
        const facts = { notifier: this.notifier.id, code: errorCodeOf(error) ?? 'unexpected', error };
        this.#ports.logger.error(facts, 'messages cannot be written down');
      }
      this.#storeReason = describeError(error);
    }
  }

  async #sendDue(): Promise<void> {
    const { store } = this.#ports;
    await this.#catchUp();
    while (this.#isOpen()) {
      this.#hasWork = false;
      const delivery = await this.#next();
      if (delivery === undefined) {
        this.#nextMs = await store.call('nextDeliveryMs', this.notifier.id);
        this.#lookedMs = this.#ports.clock.monotonic();
        return;
      }
      this.#hasWork = true;
      await this.#deliver(delivery);
    }
  }

  /** Writes down what could not be. Errors: those of the store, until its medium has refused often enough. */
  async #catchUp(): Promise<void> {
    try {
      for (const end of [...this.#unwritten.values()]) await this.#write(end);
      for (const [id, end] of [...this.#borrowed]) {
        if (end === undefined) continue;
        await this.#ports.store.call('beginDelivery', { id, atMs: end.atMs });
        await this.#write(end);
        this.#borrowed.delete(id);
      }
    } catch (error) {
      if (!this.#isRefused(error)) throw error;
    }
  }

  #isRefused(error: unknown): boolean {
    if (!isOfMedium(error)) return false;
    this.#refusals += 1;
    return this.#refusals >= refusalsMin;
  }

  #isOpen(): boolean {
    return !this.#isStopped && this.#ports.clock.monotonic() >= this.#pausedToMs;
  }

  async #next(): Promise<Due | undefined> {
    const { clock, store } = this.#ports;
    const query = { notifier: this.notifier.id, nowMs: clock.wall(), rowsMax: this.#borrowed.size + 1 };
    const rows = await store.call('dueDeliveries', query);
    const due = rows.find(({ id }) => !this.#borrowed.has(id));
    if (due !== undefined) return due;
    const id = this.#waited(clock.monotonic());
    return id === undefined ? undefined : { id };
  }

  #waited(nowMs: MonotonicMs): number | undefined {
    for (const [id, atMs] of this.#waits) if (atMs <= nowMs) return id;
    return undefined;
  }

  async #deliver(due: Due): Promise<void> {
    const { id } = due;
    const { clock, store } = this.#ports;
    const atMs = clock.wall();
    const nothing = { isUnclear: false, dueMs: atMs, reason: null, receipt: null };
    // Until it is known to have ended it may be begun on disk, whatever fails here.
    this.#unwritten.set(id, { id, state: 'queued', atMs, ...nothing });
    let delivery: StoredDelivery | undefined;
    try {
      delivery = await store.call('beginDelivery', { id, atMs });
    } catch (error) {
      if (this.#isRefused(error) && 'recipient' in due && (await this.#borrow(due))) return;
      throw error;
    }
    this.#waits.delete(id);
    if (delivery === undefined) {
      this.#unwritten.delete(id);
      return;
    }
    const end = await this.#tried(delivery, await store.call('findAlert', delivery.alert));
    if (end.state === 'queued') this.#waits.set(id, this.#inMs(end.dueMs - end.atMs));
    try {
      await this.#write(end);
    } catch (error) {
      const unclear = delivery.unclear + (end.isUnclear ? 1 : 0);
      const tried = { ...delivery, unclear, dueMs: end.dueMs, reason: end.reason };
      if (end.state !== 'queued' || !isOfMedium(error) || !(await this.#borrow(tried))) throw error;
      return;
    }
    this.#ports.ended({ ...delivery, state: end.state });
  }

  /** Sends from memory what is on disk. False when it cannot. Errors: those of the store. */
  async #borrow(delivery: StoredDelivery): Promise<boolean> {
    const { id } = delivery;
    const alert = await this.#ports.store.call('findAlert', delivery.alert);
    const over = (end: DeliveryEnd): void => {
      this.#borrowed.set(id, end);
      this.#ports.ended({ ...delivery, state: end.state });
    };
    if (alert === undefined || !this.#unkept.add(alert, delivery, over)) return false;
    this.#borrowed.set(id, undefined);
    this.#unwritten.delete(id);
    this.#waits.delete(id);
    return true;
  }

  async #write(end: DeliveryEnd): Promise<void> {
    this.#unwritten.set(end.id, end);
    await this.#ports.store.call('endDelivery', end);
    this.#unwritten.delete(end.id);
    this.#refusals = 0;
  }

  /** Never throws. */
  async #tried(delivery: StoredDelivery, alert: StoredAlert | undefined): Promise<DeliveryEnd> {
    if (alert === undefined) return this.#givenUp(delivery, 'what it told of is not there any more');
    const { isRepeatSafe } = this.notifier.definition;
    const terms: DeliveryTerms = { kind: alert.kind, isRepeatSafe };
    const why = reasonToGiveUp({ ...delivery, tries: delivery.tries - 1 }, terms);
    if (why !== undefined) return this.#givenUp(delivery, why);
    try {
      const receipt = await this.#send(delivery, alert);
      this.#log.reached(delivery.recipient);
      return this.#endOf(delivery, { state: 'sent', reason: null, receipt });
    } catch (error) {
      return this.#failed(delivery, terms, error);
    }
  }

  async #send(delivery: StoredDelivery, alert: StoredAlert): Promise<string | null> {
    const { id, definition } = this.notifier;
    const message = this.#ports.writer.write(alert, delivery);
    const notifier = this.opened();
    const limit = {
      limitMs: definition.timeoutMs,
      error: () => tooSlow(id, definition.timeoutMs),
      outer: this.#stopping.signal,
    };
    const { receipt } = await this.#limiter.run(
      limit,
      async (signal) => await this.#heard(notifier.send(message, delivery.recipient, signal), signal),
    );
    return receipt;
  }

  /** A notifier that does not heed its signal holds up none of those that follow. */
  async #heard<Result>(sending: Promise<Result>, signal: AbortSignal): Promise<Result> {
    const { clock, alarm } = this.#ports;
    return await new Promise<Result>((resolve, reject) => {
      let cancel: Cancel | undefined;
      const giveUp = (): void => {
        const atMs = monotonicMs(clock.monotonic() + lastWordMs);
        cancel = alarm.at(atMs, () => reject(signal.reason as Error));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const over = (): void => {
        cancel?.();
        signal.removeEventListener('abort', giveUp);
      };
      sending.finally(over).then(resolve, reject);
    });
  }

  #failed(delivery: StoredDelivery, terms: DeliveryTerms, error: unknown): DeliveryEnd {
    const { clock, random } = this.#ports;
    const { state, isUnclear, waitMs, reason } = verdictOn(error, delivery, terms, random);
    const nowMs = clock.monotonic();
    this.#log.failed(delivery.recipient, error, { nowMs, isFinal: state === 'failed' });
    const asked = askedWaitMs(error);
    if (asked !== undefined) this.#pausedToMs = nowMs + asked;
    const end = this.#endOf(delivery, { state, reason, receipt: null });
    return { ...end, isUnclear, dueMs: state === 'queued' ? end.atMs + waitMs : end.dueMs };
  }

  #givenUp(delivery: StoredDelivery, reason: string): DeliveryEnd {
    const nowMs = this.#ports.clock.monotonic();
    const error = new GatewayError('notifier_refused', reason);
    this.#log.failed(delivery.recipient, error, { nowMs, isFinal: true });
    return this.#endOf(delivery, { state: 'failed', reason, receipt: null });
  }

  #endOf({ id, dueMs }: StoredDelivery, how: Pick<DeliveryEnd, 'reason' | 'receipt' | 'state'>): DeliveryEnd {
    return { id, dueMs, isUnclear: false, atMs: this.#ports.clock.wall(), ...how };
  }

  /** A time that is still to come may be one that a clock has made which was set back since. */
  async #expect({ id, alert: alertId, dueMs, tries }: StoredDelivery): Promise<void> {
    const aheadMs = dueMs - this.#ports.clock.wall();
    if (aheadMs <= 0) return;
    if (tries > 0) {
      this.#waits.set(id, this.#inMs(Math.min(aheadMs, retryMsMax)));
      return;
    }
    const alert = await this.#ports.store.call('findAlert', alertId);
    const isHeld = alert !== undefined && dueMs > alert.notedMs;
    this.#waits.set(id, this.#inMs(isHeld ? dayMs : 0));
  }

  #inMs(waitMs: number): MonotonicMs {
    return monotonicMs(this.#ports.clock.monotonic() + waitMs);
  }
}
