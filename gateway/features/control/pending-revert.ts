import { monotonicMs, type MonotonicMs } from '../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { backoffMs, type BackoffPolicy } from '../../engine/backoff.ts';
import { writeRevert } from '../../io/drivers/index.ts';
import type { ControlAddress, ControlledDevices, ControlPorts } from './control-ports.ts';
import { controlSession, countedWrites, findControl, nameOf } from './control-session.ts';
import type { IntentJournal, OpenIntent } from './intent-journal.ts';

export interface ChannelParts {
  readonly address: ControlAddress;
  readonly ports: ControlPorts;
  readonly devices: ControlledDevices;
  readonly journal: IntentJournal;
}

export interface RevertCause {
  /** For people: `its lease ended`. */
  readonly why: string;
  /** A set point that was not confirmed may take effect until then. */
  readonly doubtUntilMs: MonotonicMs;
}

const backoff: BackoffPolicy = { firstMs: 1_000, maxMs: 60_000 };
/** One that is down is probed by others, and costs its lane a time-out: it is tried again when it answers. */
const downMs = 300_000;

/**
 * Puts a device back to deciding for itself, however often it takes: at once, then with a backoff, and at once
 * again when a device that was down answers. Its intents are closed when the device was read and is back.
 * A failing database does not hold it up: the intents are on disk, and stay open there.
 */
export class PendingRevert {
  readonly cause: RevertCause;
  readonly sinceMs: MonotonicMs;
  readonly #parts: ChannelParts;
  readonly #intents: readonly OpenIntent[];
  #dueMs: MonotonicMs;
  #failures = 0;
  #hasWritten = false;
  /** Counted once, however many attempts come before the device answers. */
  #countWrite: (() => Promise<void>) | undefined;
  #error: string | undefined;

  constructor(parts: ChannelParts, intents: readonly OpenIntent[], cause: RevertCause) {
    this.#parts = parts;
    this.#intents = intents;
    this.cause = cause;
    this.sinceMs = parts.ports.clock.monotonic();
    this.#dueMs = this.sinceMs;
  }

  get dueMs(): MonotonicMs {
    return this.#dueMs;
  }

  get failuresInRow(): number {
    return this.#failures;
  }

  get error(): string | undefined {
    return this.#error;
  }

  /** There is no reason to wait any longer: the device answers again. */
  hurry(): void {
    this.#dueMs = this.#parts.ports.clock.monotonic();
  }

  /** True when the device is back, and the journal says so. Never throws: whatever happens, it is tried again. */
  async attempt(): Promise<boolean> {
    const { ports, address, journal } = this.#parts;
    try {
      await this.#write();
      this.#failures = 0;
      if (ports.clock.monotonic() < this.cause.doubtUntilMs) {
        this.#dueMs = this.cause.doubtUntilMs;
        return false;
      }
      await journal.move([[this.#intents, 'verified']]);
    } catch (error) {
      this.#failed(error);
      return false;
    }
    ports.logger.info({ ...address }, `${nameOf(address)} was put back, because ${this.cause.why}`);
    return true;
  }

  async #write(): Promise<void> {
    const { ports, address, devices } = this.#parts;
    const known = findControl(devices, address);
    this.#countWrite ??= await this.#begin(known.definition.revert.length);
    const countWrite = this.#countWrite;
    const onlyDifferences = this.#hasWritten;
    const before = this.#intents.find((intent) => intent.before !== undefined)?.before;
    const session = controlSession(ports, known, async () => {
      await countWrite();
      this.#hasWritten = true;
    });
    const { device, control } = address;
    await ports.access.use(
      device,
      { name: `revert:${device}:${control}`, priority: 'safety', deadlineMs: limits.controlUseMsMax },
      async (registers, signal) =>
        await writeRevert(known.definition, { onlyDifferences, before }, session(registers, signal)),
    );
  }

  async #begin(writes: number): Promise<() => Promise<void>> {
    const { address, journal } = this.#parts;
    await this.#note(async () => await journal.move([[this.#intents, 'ended']], { ...address, writes }));
    return countedWrites(
      writes,
      async () => await this.#note(async () => await journal.charge({ ...address, writes: 1 })),
    );
  }

  async #note(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { ports, address } = this.#parts;
      ports.logger.warn({ ...address, code: error.code }, `a revert is not noted: ${describeError(error)}`);
    }
  }

  #failed(error: unknown): void {
    const { ports, address, devices } = this.#parts;
    this.#failures += 1;
    this.#error = describeError(error);
    const isDown = devices.stateOf(address.device) === 'down';
    const waitMs = isDown ? downMs : backoffMs(backoff, this.#failures, ports.random);
    this.#dueMs = monotonicMs(ports.clock.monotonic() + waitMs);
    if (this.#failures > 1) return;
    ports.logger.warn(
      { ...address, code: errorCodeOf(error) ?? 'internal_error' },
      `${nameOf(address)} is not back yet: ${this.#error}; it is tried again until it is`,
    );
  }
}
