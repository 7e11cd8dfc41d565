import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import type { GatewayError } from '../core/errors.ts';

/**
 * Gives calls a time of their own within a task's. One call at a time; a limiter that never ran out costs
 * a call one alarm and one listener.
 */
export class TimeLimiter {
  readonly #ports: { readonly clock: Clock; readonly alarm: Alarm };
  #controller = new AbortController();
  /** The outer signal that is listened to: often the same for several calls. */
  #outer: AbortSignal | undefined;

  constructor(ports: { readonly clock: Clock; readonly alarm: Alarm }) {
    this.#ports = ports;
  }

  /**
   * Runs the call with a signal that fires after `limitMs` with the given error, or when the outer one
   * fires with its reason. The call must end when its signal fires.
   */
  async run<Result>(
    limit: { readonly limitMs: number; readonly error: () => GatewayError; readonly outer: AbortSignal },
    call: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (limit.outer.aborted) throw limit.outer.reason;
    this.#listenTo(limit.outer);
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
    const controller = this.#controller;
    const stop = this.#startAlarm(controller, limit);
    try {
      return await call(controller.signal);
    } finally {
      stop();
    }
  }

  #listenTo(outer: AbortSignal): void {
    if (outer === this.#outer) return;
    this.#outer?.removeEventListener('abort', this.#forward);
    this.#outer = outer;
    outer.addEventListener('abort', this.#forward);
  }

  readonly #forward = (): void => {
    this.#controller.abort(this.#outer?.reason);
  };

  #startAlarm(controller: AbortController, limit: { limitMs: number; error: () => GatewayError }): Cancel {
    const untilMs = monotonicMs(this.#ports.clock.monotonic() + limit.limitMs);
    return this.#ports.alarm.at(untilMs, () => controller.abort(limit.error()));
  }
}

/** Waits on the alarm; ends early with the signal's reason. */
export async function waitFor(
  ports: { readonly clock: Clock; readonly alarm: Alarm },
  forMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (forMs <= 0) return;
  if (signal.aborted) throw signal.reason;
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      stop();
      reject(signal.reason as Error);
    };
    const stop = ports.alarm.at(monotonicMs(ports.clock.monotonic() + forMs), () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
