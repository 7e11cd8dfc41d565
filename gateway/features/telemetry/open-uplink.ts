import assert from 'node:assert';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { TimeLimiter } from '../../engine/time-limit.ts';
import type { Uplink, UplinkMessage, UplinkPorts } from '../../io/uplinks/uplink.ts';
import type { TelemetryUplink } from './telemetry-uplink.ts';

/** Why an uplink takes nothing now. */
export interface UplinkFailure {
  readonly error: GatewayError;
  /** When it began, UTC epoch ms. */
  readonly sinceMs: number;
}

/**
 * The way to one backend: opened when it is needed, given up at the first failure that is not of a message alone, and
 * not tried again before the backend wants it.
 */
export class OpenUplink {
  readonly #uplink: TelemetryUplink;
  readonly #ports: UplinkPorts;
  readonly #limiter: TimeLimiter;
  #open: Uplink | undefined;
  #failure: UplinkFailure | undefined;
  #notBeforeMs = -Infinity;

  constructor(uplink: TelemetryUplink, ports: UplinkPorts, limiter: TimeLimiter) {
    this.#uplink = uplink;
    this.#ports = ports;
    this.#limiter = limiter;
  }

  get failure(): UplinkFailure | undefined {
    return this.#failure;
  }

  /** Whether it was opened, and has not ended since. */
  get isOpen(): boolean {
    return this.#open?.isOpen === true;
  }

  /** Errors: those of the uplink, `uplink_unavailable` after its time. */
  async open(outer: AbortSignal): Promise<void> {
    if (!this.isOpen) await this.close();
    await this.#tried(outer, async (signal) => {
      this.#open ??= await this.#uplink.definition.open(this.#uplink.options, this.#ports, signal);
    });
  }

  /** Returns when it is handed over. Errors: as opening; those of the message alone leave it open. */
  async send(message: UplinkMessage, outer: AbortSignal): Promise<void> {
    try {
      await this.#tried(outer, async (signal) => {
        assert(this.#open !== undefined, 'an uplink is opened before it is sent to');
        await this.#open.send(message, signal);
        this.#failure = undefined;
      });
    } catch (error) {
      // Whoever is not even greeted has nothing to say.
      if (message.kind === 'hello' && isOfMessage(error)) await this.#giveUp(error);
      throw error;
    }
  }

  /** Does not wait any longer. */
  forgive(): void {
    this.#notBeforeMs = -Infinity;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    try {
      await open?.close();
    } catch (error) {
      const { id } = this.#uplink;
      this.#ports.logger.warn(
        { uplink: id, error },
        `uplink ${id} was not closed well: ${describeError(error)}`,
      );
    }
  }

  async #tried(outer: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { clock } = this.#ports;
    if (this.#failure !== undefined && clock.monotonic() < this.#notBeforeMs) throw this.#failure.error;
    const { id, definition } = this.#uplink;
    const limit = { limitMs: definition.timeoutMs, error: () => tooSlow(id, definition.timeoutMs), outer };
    try {
      await this.#limiter.run(limit, work);
    } catch (error) {
      if (!isOfMessage(error)) await this.#giveUp(error);
      throw error;
    }
  }

  async #giveUp(error: unknown): Promise<void> {
    await this.close();
    if (error instanceof GatewayError && error.code !== 'stopping') this.#failed(error);
  }

  #failed(error: GatewayError): void {
    const { clock } = this.#ports;
    const { retryAfterSeconds } = error.facts;
    if (typeof retryAfterSeconds === 'number')
      this.#notBeforeMs = clock.monotonic() + retryAfterSeconds * 1_000;
    this.#failure = { error, sinceMs: this.#failure?.sinceMs ?? clock.wall() };
  }
}

/** Whether only this message is not wanted, and others may be. */
export function isOfMessage(error: unknown): error is GatewayError {
  if (!(error instanceof GatewayError)) return false;
  return error.code === 'request_too_large' || error.facts['isOfMessage'] === true;
}

function tooSlow(id: string, timeoutMs: number): GatewayError {
  return new GatewayError('uplink_unavailable', `uplink ${id} took longer than ${timeoutMs / 1_000} s`, {
    hint: 'it is tried again by itself; if it lasts, look at the backend and the way there',
    facts: { timeoutMs },
  });
}
