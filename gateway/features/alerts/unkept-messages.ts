import { monotonicMs, type Clock, type MonotonicMs } from '../../core/clock.ts';
import type { DeliveryEnd, StoredAlert, StoredDelivery } from '../../storage/alert-calls.ts';

interface Unkept {
  readonly alert: StoredAlert;
  delivery: StoredDelivery;
  atMs: MonotonicMs;
  /** It was sent, or given up. */
  readonly over: (end: DeliveryEnd) => void;
}

/** Of one notifier; those that come beyond are lost, as all of them are with the process. */
const unkeptMax = 100;

/** Messages that no medium takes: they are in memory alone, and are sent and tried as others are. */
export class UnkeptMessages {
  readonly #clock: Clock;
  readonly #waiting: Unkept[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when there is no room for it. */
  add(alert: StoredAlert, delivery: StoredDelivery, over: Unkept['over'] = () => undefined): boolean {
    if (this.#waiting.length >= unkeptMax) return false;
    const atMs = this.#inMs(delivery.dueMs - this.#clock.wall());
    this.#waiting.push({ alert, delivery, atMs, over });
    return true;
  }

  get isDue(): boolean {
    return this.#due() !== undefined;
  }

  /** One after the other while `isOpen`, what failed for now later again. @param tried never throws */
  async sendDue(
    isOpen: () => boolean,
    tried: (delivery: StoredDelivery, alert: StoredAlert) => Promise<DeliveryEnd>,
  ): Promise<void> {
    for (let unkept = this.#due(); unkept !== undefined && isOpen(); unkept = this.#due()) {
      const { alert, delivery } = unkept;
      const begun: StoredDelivery = { ...delivery, tries: delivery.tries + 1 };
      const end = await tried(begun, alert);
      const { state, isUnclear, reason, dueMs, atMs } = end;
      unkept.delivery = { ...begun, unclear: begun.unclear + (isUnclear ? 1 : 0), reason };
      unkept.atMs = this.#inMs(dueMs - atMs);
      if (state === 'queued') continue;
      this.#waiting.splice(this.#waiting.indexOf(unkept), 1);
      unkept.over(end);
    }
  }

  #due(): Unkept | undefined {
    const nowMs = this.#clock.monotonic();
    return this.#waiting.find(({ atMs }) => atMs <= nowMs);
  }

  #inMs(waitMs: number): MonotonicMs {
    return monotonicMs(this.#clock.monotonic() + Math.max(0, waitMs));
  }
}
