import type { Clock } from '../clock.ts';
import type { BlenoBindings } from './bleno-insides.ts';
import type { GattLink } from './radio.ts';

/** Of a link whose phone asks nothing: it would keep others out. */
const idleMsMax = 120_000;
const flushStepMs = 20;
const flushMsMax = 5_000;
/** Bluetooth Core 5.4, Vol 3, Part F, 3.2.8: before an MTU is agreed on, and the head of a notification. */
const mtuUsual = 23;
const headBytes = 3;

/** A link, by the handle that the controller has given it. */
export class BlenoLink implements GattLink {
  readonly id: string;
  readonly handle: number;
  readonly #bindings: BlenoBindings;
  readonly #clock: Clock;
  #stopIdle: () => void = () => undefined;
  #stopFlush: () => void = () => undefined;
  #isDropped = false;
  #isGone = false;

  constructor(id: string, handle: number, bindings: BlenoBindings, clock: Clock) {
    this.id = id;
    this.handle = handle;
    this.#bindings = bindings;
    this.#clock = clock;
    this.asked();
  }

  get notificationBytesMax(): number {
    return (this.#bindings._gatt._connections.get(this.handle)?.mtu ?? mtuUsual) - headBytes;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** It is not idle. */
  asked(): void {
    this.#stopIdle();
    if (!this.#isGone) this.#stopIdle = this.#clock.after(idleMsMax, () => this.drop());
  }

  /** Ends it when all has gone out: bleno would end it at once, and what waits would be lost. */
  drop(): void {
    if (this.#isDropped || this.#isGone) return;
    this.#isDropped = true;
    this.#dropWhenSent(this.#clock.nowMs() + flushMsMax);
  }

  gone(): void {
    this.#isGone = true;
    this.#stopIdle();
    this.#stopFlush();
  }

  #dropWhenSent(untilMs: number): void {
    const { _hci: hci } = this.#bindings;
    const isSent =
      (hci._handleAclsInProgress[this.handle] ?? 0) === 0 &&
      !hci._aclOutQueue.some(({ handle }) => handle === this.handle);
    if (isSent || this.#clock.nowMs() >= untilMs) hci.disconnect(this.handle);
    else this.#stopFlush = this.#clock.after(flushStepMs, () => this.#dropWhenSent(untilMs));
  }
}
