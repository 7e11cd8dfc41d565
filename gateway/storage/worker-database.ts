import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import { describeError, GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Logger } from '../core/logger.ts';
import type { ReadingBatch } from '../core/reading.ts';
import type { DatabaseOptions } from './database-options.ts';
import { takeInstanceLock, type InstanceLock } from './instance-lock.ts';
import type { Database, StoreCalls } from './store-calls.ts';
import { fromCrossing, unpackResult, type WorkerReply, type WorkerRequest } from './worker-protocol.ts';

export interface DatabasePorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  /** Starts the worker thread; tests watch and end it here. */
  readonly startWorker?: (options: DatabaseOptions) => Worker;
}

interface PendingCall {
  readonly id: number;
  readonly name: keyof StoreCalls;
  readonly parameters: unknown[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  posted: boolean;
}

const restartDelayMsMin = 100;
const restartDelayMsMax = 30_000;

/**
 * Takes the data directory's lock and opens the database in its worker. A worker that ends by itself is
 * started again, later each time until a call succeeds; calls it had taken fail with `worker_crashed`, others
 * wait. Errors: `data_dir_in_use`, `data_dir_unusable`, `database_newer`, `database_unreadable`,
 * `storage_failed`.
 */
export async function openWorkerDatabase(options: DatabaseOptions, ports: DatabasePorts): Promise<Database> {
  const lock = takeInstanceLock(options.directory);
  try {
    const database = new WorkerDatabase(options, ports, lock);
    await database.opened;
    return database;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The extension is `.ts` when Node strips the types, and `.js` in the compiled program. */
function startDatabaseWorker(options: DatabaseOptions): Worker {
  const file = new URL(`./database-worker${extname(import.meta.url)}`, import.meta.url);
  return new Worker(file, { workerData: options, name: 'database' });
}

class WorkerDatabase implements Database {
  readonly opened: Promise<void>;
  readonly #options: DatabaseOptions;
  readonly #ports: DatabasePorts;
  readonly #lock: InstanceLock;
  readonly #pending = new Map<number, PendingCall>();
  #worker: Worker | undefined;
  #state: 'starting' | 'ready' | 'down' | 'closing' = 'starting';
  #openFinished: ((refusal: Error | undefined) => void) | undefined;
  #closed: Promise<void> | undefined;
  #closeFinished: (() => void) | undefined;
  #cancelRestart: Cancel | undefined;
  #crashCause: unknown;
  #crashes = 0;
  #lastId = 0;

  constructor(options: DatabaseOptions, ports: DatabasePorts, lock: InstanceLock) {
    this.#options = options;
    this.#ports = ports;
    this.#lock = lock;
    this.opened = new Promise((resolve, reject) => {
      this.#openFinished = (refusal) => {
        this.#openFinished = undefined;
        if (refusal === undefined) resolve();
        else reject(refusal);
      };
    });
    this.#start();
  }

  call<Name extends keyof StoreCalls>(
    name: Name,
    ...parameters: Parameters<StoreCalls[Name]>
  ): Promise<ReturnType<StoreCalls[Name]>> {
    return new Promise((resolve, reject) => {
      if (this.#state === 'closing') throw new GatewayError('stopping', 'the database is being closed');
      if (this.#pending.size >= limits.databaseCallsMax) {
        throw new GatewayError('queue_full', `${this.#pending.size} calls wait for the database already`);
      }
      this.#lastId += 1;
      const settle = resolve as (result: unknown) => void;
      const call = { id: this.#lastId, name, parameters, resolve: settle, reject, posted: false };
      this.#pending.set(call.id, call);
      if (this.#state === 'ready') this.#post(call);
    });
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#closeFinished = resolve;
      const wasReady = this.#state === 'ready';
      this.#state = 'closing';
      this.#cancelRestart?.();
      if (wasReady) {
        this.#worker?.postMessage({ type: 'close' } satisfies WorkerRequest);
        return;
      }
      // Nothing is open, so nothing can be lost: what waits is told so.
      if (this.#worker === undefined) this.#finishClosing();
      else void this.#worker.terminate();
    });
    return this.#closed;
  }

  #start(): void {
    this.#state = 'starting';
    const worker = (this.#ports.startWorker ?? startDatabaseWorker)(this.#options);
    this.#worker = worker;
    this.#crashCause = undefined;
    worker.on('message', (reply: WorkerReply) => this.#onReply(reply));
    worker.on('error', (error) => {
      this.#crashCause = error;
    });
    worker.on('exit', () => this.#onExit());
  }

  #onReply(reply: WorkerReply): void {
    if (reply.type === 'ready') this.#onReady();
    else if (reply.type === 'refused') this.#onRefused(fromCrossing(reply.error));
    else this.#onSettled(reply);
  }

  #onReady(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'ready';
    this.#openFinished?.(undefined);
    for (const call of this.#pending.values()) this.#post(call);
  }

  /** The worker could not open the database, and ends. */
  #onRefused(error: Error): void {
    if (this.#openFinished !== undefined) {
      this.#state = 'closing';
      this.#openFinished(error);
      return;
    }
    this.#ports.logger.error({ error: describeError(error) }, 'the database cannot be opened again');
    this.#failAll(() => true, error);
  }

  #onSettled(reply: Extract<WorkerReply, { id: number }>): void {
    const call = this.#pending.get(reply.id);
    if (call === undefined) return;
    this.#pending.delete(reply.id);
    if (reply.type === 'failure') {
      call.reject(fromCrossing(reply.error));
      return;
    }
    this.#crashes = 0;
    call.resolve(unpackResult(call.name, reply.result));
  }

  #onExit(): void {
    this.#worker = undefined;
    const crash = new GatewayError('worker_crashed', 'the database worker ended in the middle of its work', {
      cause: this.#crashCause,
    });
    this.#failAll(({ posted }) => posted, crash);
    if (this.#openFinished !== undefined) {
      this.#state = 'closing';
      this.#openFinished(crash);
    } else if (this.#state === 'closing') {
      this.#finishClosing();
    } else {
      this.#restartLater();
    }
  }

  #restartLater(): void {
    this.#state = 'down';
    const delayMs = Math.min(restartDelayMsMax, restartDelayMsMin * 2 ** this.#crashes);
    this.#crashes += 1;
    const cause = this.#crashCause === undefined ? 'none given' : describeError(this.#crashCause);
    this.#ports.logger.error({ delayMs, cause }, 'the database worker ended and is started again');
    const { clock, alarm } = this.#ports;
    this.#cancelRestart = alarm.at(monotonicMs(clock.monotonic() + delayMs), () => this.#start());
  }

  #finishClosing(): void {
    this.#failAll(() => true, new GatewayError('stopping', 'the database is closed'));
    this.#lock.release();
    this.#closeFinished?.();
  }

  #failAll(which: (call: PendingCall) => boolean, error: Error): void {
    for (const call of [...this.#pending.values()].filter(which)) {
      this.#pending.delete(call.id);
      call.reject(error);
    }
  }

  #post(call: PendingCall): void {
    const { id, name } = call;
    const { parameters, transfer } = crossing(call);
    call.posted = true;
    this.#worker?.postMessage({ type: 'call', id, name, parameters } satisfies WorkerRequest, transfer);
  }
}

/** Readings cross as copies that are transferred, so the caller can repeat an append that failed. */
function crossing({ name, parameters }: PendingCall): { parameters: unknown[]; transfer: ArrayBuffer[] } {
  if (name !== 'appendReadings') return { parameters, transfer: [] };
  const [key, batch, timeline] = parameters as Parameters<StoreCalls['appendReadings']>;
  const copy = {
    series: batch.series.slice(),
    atMs: batch.atMs.slice(),
    value: batch.value.slice(),
    quality: batch.quality.slice(),
  } satisfies ReadingBatch;
  const transfer = [copy.series.buffer, copy.atMs.buffer, copy.value.buffer, copy.quality.buffer];
  return { parameters: [key, copy, timeline], transfer };
}
