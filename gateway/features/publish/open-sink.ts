import type { Clock } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { TimeLimiter } from '../../engine/time-limit.ts';
import type { RefusedRow, Sink, SinkBatch, SinkPorts } from '../../io/sinks/sink.ts';
import type { PublishedSink } from './published-sink.ts';

/** Why a sink does not take anything now. */
export interface SinkFailure {
  readonly error: GatewayError;
  /** When it began, UTC epoch ms. */
  readonly sinceMs: number;
}

/**
 * The connection to one sink: opened when it is needed, given up at the first failure, and not tried again before
 * the receiver wants it.
 */
export class OpenSink {
  readonly #sink: PublishedSink;
  readonly #ports: SinkPorts;
  readonly #limiter: TimeLimiter;
  #open: Sink | undefined;
  #failure: SinkFailure | undefined;
  #notBeforeMs = -Infinity;

  constructor(sink: PublishedSink, ports: SinkPorts, limiter: TimeLimiter) {
    this.#sink = sink;
    this.#ports = ports;
    this.#limiter = limiter;
  }

  get failure(): SinkFailure | undefined {
    return this.#failure;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Returns when the receiver has it for good. Errors: those of the sink, `sink_unavailable` after its time. */
  async write(batch: SinkBatch, outer: AbortSignal): Promise<readonly RefusedRow[]> {
    return await this.#tried(outer, async (signal) => {
      this.#open ??= await this.#sink.definition.open(this.#sink.options, this.#ports, signal);
      return await this.#open.write(batch, signal);
    });
  }

  /** Finds out whether it can be opened, where there is nothing to write. Errors: as writing. */
  async open(outer: AbortSignal): Promise<void> {
    await this.#tried(outer, async (signal) => {
      this.#open ??= await this.#sink.definition.open(this.#sink.options, this.#ports, signal);
    });
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
      this.#ports.logger.warn(
        { sink: this.#sink.id, error },
        `sink ${this.#sink.id} was not closed well: ${describeError(error)}`,
      );
    }
  }

  async #tried<Result>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { clock } = this.#ports;
    if (this.#failure !== undefined && clock.monotonic() < this.#notBeforeMs) throw this.#failure.error;
    const { id, definition } = this.#sink;
    const limit = { limitMs: definition.timeoutMs, error: () => tooSlow(id, definition.timeoutMs), outer };
    try {
      const result = await this.#limiter.run(limit, work);
      this.#failure = undefined;
      return result;
    } catch (error) {
      await this.close();
      if (error instanceof GatewayError && error.code !== 'stopping') this.#failed(error, clock);
      throw error;
    }
  }

  #failed(error: GatewayError, clock: Clock): void {
    const { retryAfterMs } = error.facts;
    if (typeof retryAfterMs === 'number') this.#notBeforeMs = clock.monotonic() + retryAfterMs;
    this.#failure = { error, sinceMs: this.#failure?.sinceMs ?? clock.wall() };
  }
}

function tooSlow(id: string, timeoutMs: number): GatewayError {
  return new GatewayError('sink_unavailable', `sink ${id} took longer than ${timeoutMs / 1_000} s`, {
    hint: 'it is tried again by itself; if it lasts, look at its server and the way there',
    facts: { timeoutMs },
  });
}
