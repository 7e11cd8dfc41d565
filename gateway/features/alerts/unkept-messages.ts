import { monotonicMs, type Clock, type MonotonicMs } from '../../core/clock.ts';
import type { DeliveryEnd, StoredAlert, StoredDelivery } from '../../storage/alert-calls.ts';

interface Unkept {
  readonly alert: StoredAlert;
  delivery: StoredDelivery;
  atMs: MonotonicMs;
  /** It was sent, or given up; undefined of one that is nowhere else. */
  readonly over: ((end: DeliveryEnd) => void) | undefined;
}

/** Of one notifier; those of safety take the place of others, and what comes beyond is lost, as all is with the process. */
const unkeptMax = 100;

/** Messages that no medium takes: they are in memory alone, and are sent and tried as others are. */
export class UnkeptMessages {
  readonly #clock: Clock;
  readonly #waiting: Unkept[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when there is no room, and one is lost: this one, or one that matters less. */
  add(alert: StoredAlert, delivery: StoredDelivery, over?: Unkept['over']): boolean {
    const hasRoom = this.#waiting.length < unkeptMax;
    if (!hasRoom && !(over === undefined && alert.severity === 'safety' && this.#makeRoom())) return false;
    const atMs = this.#inMs(delivery.dueMs - this.#clock.wall());
    this.#waiting.push({ alert, delivery, atMs, over });
    return hasRoom;
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
      const at = this.#waiting.indexOf(unkept);
      if (at !== -1) this.#waiting.splice(at, 1);
      unkept.over?.(end);
    }
  }

  /** The newest that can go. */
  #makeRoom(): boolean {
    const at = this.#waiting.findLastIndex(
      ({ alert, over }) => alert.severity !== 'safety' && over === undefined,
    );
    if (at === -1) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  /** Those of safety first. */
  #due(): Unkept | undefined {
    const nowMs = this.#clock.monotonic();
    const due = this.#waiting.filter(({ atMs }) => atMs <= nowMs);
    return due.find(({ alert }) => alert.severity === 'safety') ?? due[0];
  }

  #inMs(waitMs: number): MonotonicMs {
    return monotonicMs(this.#clock.monotonic() + Math.max(0, waitMs));
  }
}
