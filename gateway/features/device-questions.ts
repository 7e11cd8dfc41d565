import { monotonicMs, type Alarm, type Clock, type MonotonicMs } from '../core/clock.ts';
import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { RegisterReader } from '../io/drivers/driver.ts';
import type { RegisterAccess } from '../io/transports/transport.ts';
import type { DeviceAccess } from './device-access.ts';

interface QuestionPorts {
  readonly access: DeviceAccess;
  readonly clock: Clock;
  readonly alarm: Alarm;
}

/** What somebody wants to know of a device, besides its polls. */
export interface Question {
  readonly device: string;
  /** Verb of the task's name: `read`. */
  readonly verb: string;
  /** From now until all of it is answered. */
  readonly limitMs: number;
  /** Of the asker: nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * Asks devices for people and for other masters, in their lanes and after everything that is more urgent. Each
 * request takes a turn of its own, so that a poll waits for one of them at most, and a device has a bounded
 * number of turns that wait.
 */
export class DeviceQuestions {
  readonly #ports: QuestionPorts;
  /** Turns that wait or run, by device. */
  readonly #turns = new Map<string, number>();

  constructor(ports: QuestionPorts) {
    this.#ports = ports;
  }

  /**
   * A reader whose requests end together. Its errors: `deadline_exceeded` when its turn does not come in time,
   * `queue_full` when too many wait for the device, the signal's reason, those of `DeviceAccess.use`.
   */
  reader(question: Question): RegisterReader {
    const untilMs = monotonicMs(this.#ports.clock.monotonic() + question.limitMs);
    return async (range) =>
      await this.#turn(question, untilMs, (registers, signal) => registers.readRegisters(range, signal));
  }

  /** One turn for what must not be parted. Errors: as of `reader`. */
  async ask<Answer>(
    question: Question,
    work: (registers: RegisterAccess, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const untilMs = monotonicMs(this.#ports.clock.monotonic() + question.limitMs);
    return await this.#turn(question, untilMs, work);
  }

  async #turn<Answer>(
    { device, verb, signal }: Question,
    untilMs: MonotonicMs,
    work: (registers: RegisterAccess, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    signal.throwIfAborted();
    this.#enter(device);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let isAwaited = true;
    const giveUp = (error: unknown): void => {
      isAwaited = false;
      reject(error);
    };
    const abort = (): void => giveUp(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const stopWaiting = this.#ports.alarm.at(untilMs, () => giveUp(lateError(device)));
    const stopListening = (): void => {
      stopWaiting();
      signal.removeEventListener('abort', abort);
    };
    const how = {
      name: `${verb}:${device}`,
      priority: 'housekeeping',
      deadlineMs: limits.questionUseMsMax,
    } as const;
    this.#ports.access
      .use(device, how, async (registers, useSignal) => {
        if (!isAwaited) throw lateError(device);
        // From here on the device has it: only the turn's own deadline ends it.
        stopListening();
        return await work(registers, useSignal);
      })
      .then(resolve, reject)
      .finally(() => this.#leave(device));
    try {
      return await promise;
    } finally {
      stopListening();
    }
  }

  #enter(device: string): void {
    const turns = this.#turns.get(device) ?? 0;
    if (turns >= limits.questionsMax) {
      throw new GatewayError('queue_full', `${turns} questions wait for device ${device} already`, {
        hint: 'try again in a moment',
      });
    }
    this.#turns.set(device, turns + 1);
  }

  #leave(device: string): void {
    const turns = this.#turns.get(device) ?? 0;
    if (turns > 1) this.#turns.set(device, turns - 1);
    else this.#turns.delete(device);
  }
}

function lateError(device: string): GatewayError {
  return new GatewayError('deadline_exceeded', `device ${device} did not answer in time: its line is busy`, {
    hint: 'try again; what its lane does is shown by: egw lane list',
  });
}
