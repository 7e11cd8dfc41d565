import type { Clock, MonotonicMs } from '../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import { StateMachine } from '../../engine/state-machine.ts';
import { deviceMachine, failuresUntilDown, type DeviceInput, type HarvestedState } from './device-machine.ts';

/** What a device says of itself; empty where it does not. */
export interface DeviceIdentity {
  readonly serialNumber: string;
  readonly model: string;
  readonly firmware: string;
}

export interface DevicePortsOfState {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  /** Keeps who it is over restarts. False when that failed: it is asked again. */
  remember(identity: DeviceIdentity): Promise<boolean>;
}

/** What is known of one device: its state and its counts. Logs and tells when the state changes. */
export class HarvestedDevice {
  readonly id: string;
  readonly #ports: DevicePortsOfState;
  readonly #machine: StateMachine<HarvestedState, DeviceInput>;
  #sinceMs: number;
  readonly #knownFromMs: number;
  #failuresInRow = 0;
  #answers = 0;
  #failures = 0;
  #lastError: { readonly code: ErrorCode | 'unexpected'; readonly text: string } | undefined;
  #identity: DeviceIdentity | undefined;
  #isRemembered = true;
  /** When its latest readings were taken; undefined when there are none. */
  readAt: MonotonicMs | undefined;
  /** The greatest age that its readings reached while it answered. */
  #ageMeasuredMs: number | undefined;
  #answeredAtMs: number | undefined;

  /** @param known who it was in former runs */
  constructor(id: string, ports: DevicePortsOfState, known?: DeviceIdentity) {
    this.id = id;
    this.#identity = known;
    this.#ports = ports;
    this.#sinceMs = ports.clock.wall();
    this.#knownFromMs = ports.clock.monotonic();
    this.#machine = new StateMachine(deviceMachine, 'unseen', ({ from, to }) => this.#tell(from, to));
  }

  get state(): HarvestedState {
    return this.#machine.state;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  get isFailing(): boolean {
    return this.#failuresInRow > 0;
  }

  get answers(): number {
    return this.#answers;
  }

  get failures(): number {
    return this.#failures;
  }

  get lastError(): { readonly code: ErrorCode | 'unexpected'; readonly text: string } | undefined {
    return this.#lastError;
  }

  /** Time since it answered last, or since it was first known in this run. */
  get silentMs(): number {
    return this.#ports.clock.monotonic() - (this.#answeredAtMs ?? this.#knownFromMs);
  }

  get ageMeasuredMs(): number | undefined {
    return this.#ageMeasuredMs;
  }

  /** As the device says, or said in a former run; undefined before its first answer ever. */
  get identity(): DeviceIdentity | undefined {
    return this.#identity;
  }

  /**
   * After a start and after every outage: another device in its place must not go on with its history.
   * A device that does not say who it is passes. Errors: `device_identity_changed`.
   */
  async identify(identity: DeviceIdentity): Promise<void> {
    this.verify(identity.serialNumber);
    const known = this.#identity;
    const merged = { ...identity, serialNumber: identity.serialNumber || (known?.serialNumber ?? '') };
    if (isSame(merged, known) && this.#isRemembered) return;
    this.#identity = merged;
    this.#isRemembered = await this.#ports.remember(merged);
  }

  /** The same, of the serial number alone. Errors: `device_identity_changed`. */
  verify(serialNumber: string): void {
    const known = this.#identity?.serialNumber ?? '';
    if (known === '' || serialNumber === '' || serialNumber === known) return;
    throw new GatewayError(
      'device_identity_changed',
      `another device answers in the place of ${this.id}: serial number ${serialNumber}, not ${known}`,
      {
        hint: `egw device accept ${this.id} goes on with it; or give it an id of its own in the configuration`,
        facts: { serialNumber, known },
      },
    );
  }

  /** Whatever answers next in its place is it from then on. */
  forgetIdentity(): void {
    this.#identity = undefined;
    this.#isRemembered = false;
  }

  /** True when it was not up before: its first readings, or the first after an outage. */
  answered(): boolean {
    const nowMs = this.#ports.clock.monotonic();
    if (this.#answeredAtMs !== undefined && !this.isFailing) {
      this.#ageMeasuredMs = Math.max(this.#ageMeasuredMs ?? 0, nowMs - this.#answeredAtMs);
    }
    this.#answeredAtMs = nowMs;
    this.#failuresInRow = 0;
    this.#answers += 1;
    this.#lastError = undefined;
    return this.#machine.send('answered');
  }

  /** True when it is the first failure in a row. */
  failed(error: unknown): boolean {
    this.#failuresInRow += 1;
    this.#failures += 1;
    this.#lastError = { code: errorCodeOf(error) ?? 'unexpected', text: describeError(error) };
    this.#machine.send(this.#failuresInRow >= failuresUntilDown ? 'failed_often' : 'failed');
    return this.#failuresInRow === 1;
  }

  retire(): void {
    this.#machine.send('retire');
  }

  #tell(from: HarvestedState, to: HarvestedState): void {
    this.#sinceMs = this.#ports.clock.wall();
    const facts = { device: this.id, from, to, code: this.#lastError?.code };
    if (to === 'up') this.#ports.logger.info(facts, `device ${this.id} answers`);
    else
      this.#ports.logger.warn(
        facts,
        `device ${this.id} is ${to}: ${this.#lastError?.text ?? 'switched off'}`,
      );
    this.#ports.feed.publish({ type: 'device', id: this.id, state: to, since: this.#sinceMs });
  }
}

function isSame(left: DeviceIdentity, right: DeviceIdentity | undefined): boolean {
  return (
    left.serialNumber === right?.serialNumber &&
    left.model === right.model &&
    left.firmware === right.firmware
  );
}
