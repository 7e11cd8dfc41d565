import { Worker } from 'node:worker_threads';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import { GatewayError, allErrorCodes, type ErrorCode, type ErrorDetail } from '../core/errors.ts';

export interface WorkerPoolOptions {
  /** The worker's module: it answers each WorkerRequest with one WorkerAnswer, in order. */
  readonly script: URL;
  /** Given to each worker as its workerData. */
  readonly workerData?: unknown;
  readonly workersMax: number;
  /** Requests that may wait or be under way; more are refused with `queue_full`. */
  readonly queueLengthMax: number;
  /** A worker that does not answer for this long is ended, its request fails with `worker_crashed`. */
  readonly answerMsMax: number;
}

export interface WorkerRequest {
  readonly id: number;
  readonly payload: unknown;
}

export type WorkerAnswer =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: WorkerFailure };

/** An error without its class, which a message cannot carry. */
export interface WorkerFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly facts?: ErrorDetail['facts'];
}

interface Pending {
  readonly request: WorkerRequest;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: GatewayError) => void;
}

interface Seat {
  readonly worker: Worker;
  current: Pending | undefined;
  /** Did not answer in time: it gets nothing more to do. */
  isEnding: boolean;
  stopWatch: Cancel | undefined;
}

/**
 * Blocking work, off the event loop: requests go to the first free worker in the order they came. Workers
 * start on first use. A worker that crashes or hangs is replaced when the next request comes; its own
 * request fails with `worker_crashed`, which is retryable, and no other is touched.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #ports: { readonly clock: Clock; readonly alarm: Alarm };
  readonly #seats = new Set<Seat>();
  readonly #queue: Pending[] = [];
  #nextId = 1;
  #crashes = 0;
  #isClosing = false;
  #idle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: WorkerPoolOptions, ports: { readonly clock: Clock; readonly alarm: Alarm }) {
    this.#options = options;
    this.#ports = ports;
  }

  get workers(): number {
    return this.#seats.size;
  }

  get crashes(): number {
    return this.#crashes;
  }

  /**
   * Errors: what the worker answers (`internal_error` when its code is not one of ours), `worker_crashed`,
   * `queue_full`, `stopping`, and `input_invalid` for a payload that cannot be handed to a worker.
   */
  async run(payload: unknown, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#isClosing) throw new GatewayError('stopping', 'the worker pool is closing');
    if (this.#load() >= this.#options.queueLengthMax) {
      throw new GatewayError('queue_full', `${this.#options.queueLengthMax} requests wait for a worker`);
    }
    const request = { id: this.#nextId, payload };
    this.#nextId += 1;
    return await new Promise((resolve, reject) => {
      this.#queue.push({ request, transfer, resolve, reject });
      this.#pump();
    });
  }

  /** Waits for what was asked, then ends the workers. Asked again, it waits for the same. */
  async close(): Promise<void> {
    this.#closed ??= this.#closeOnce();
    await this.#closed;
  }

  async #closeOnce(): Promise<void> {
    this.#isClosing = true;
    if (this.#load() > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await Promise.all([...this.#seats].map(async (seat) => await seat.worker.terminate()));
    this.#seats.clear();
  }

  #load(): number {
    return this.#queue.length + [...this.#seats].filter((seat) => seat.current !== undefined).length;
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const seat = this.#freeSeat();
      if (seat === undefined) return;
      const pending = this.#queue.shift();
      if (pending !== undefined) this.#send(seat, pending);
    }
  }

  #freeSeat(): Seat | undefined {
    for (const seat of this.#seats) if (seat.current === undefined && !seat.isEnding) return seat;
    return this.#seats.size < this.#options.workersMax ? this.#hire() : undefined;
  }

  #hire(): Seat {
    const worker = new Worker(this.#options.script, { workerData: this.#options.workerData });
    const seat: Seat = { worker, current: undefined, isEnding: false, stopWatch: undefined };
    let failure: Error | undefined;
    worker.on('message', (answer: WorkerAnswer) => this.#receive(seat, answer));
    worker.on('error', (error: Error) => (failure = error));
    worker.on('exit', () => this.#lose(seat, failure));
    this.#seats.add(seat);
    return seat;
  }

  #send(seat: Seat, pending: Pending): void {
    seat.current = pending;
    const untilMs = monotonicMs(this.#ports.clock.monotonic() + this.#options.answerMsMax);
    seat.stopWatch = this.#ports.alarm.at(untilMs, () => {
      seat.isEnding = true;
      void seat.worker.terminate();
    });
    try {
      seat.worker.postMessage(pending.request, pending.transfer);
    } catch (cause) {
      this.#release(seat);
      pending.reject(new GatewayError('input_invalid', 'the request cannot be sent to a worker', { cause }));
    }
  }

  #receive(seat: Seat, answer: WorkerAnswer): void {
    if (seat.current?.request.id !== answer.id) return;
    const pending = this.#release(seat);
    if ('result' in answer) pending?.resolve(answer.result);
    else pending?.reject(toError(answer.error));
    this.#pump();
    if (this.#load() === 0) this.#idle?.();
  }

  #lose(seat: Seat, cause: Error | undefined): void {
    this.#seats.delete(seat);
    const pending = this.#release(seat);
    if (pending !== undefined) {
      this.#crashes += 1;
      pending.reject(new GatewayError('worker_crashed', 'the worker ended before it answered', { cause }));
    }
    this.#pump();
    if (this.#load() === 0) this.#idle?.();
  }

  #release(seat: Seat): Pending | undefined {
    const pending = seat.current;
    seat.current = undefined;
    seat.stopWatch?.();
    return pending;
  }
}

function toError({ code, message, hint, facts }: WorkerFailure): GatewayError {
  return new GatewayError(knownCode(code), message, {
    ...(hint !== undefined && { hint }),
    ...(facts !== undefined && { facts }),
  });
}

function knownCode(code: string): ErrorCode {
  return allErrorCodes.find((known) => known === code) ?? 'internal_error';
}
