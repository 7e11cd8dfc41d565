import { monotonicMs, type Clock, type MonotonicMs } from '../core/clock.ts';
import { describeError, errorCodeOf, type GatewayError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import {
  priorityRank,
  type TaskContext,
  type TaskDefinition,
  type TaskReport,
  type TaskState,
} from './task.ts';

export type TaskOutcome = 'ok' | 'failed' | 'timed_out' | 'cancelled';

interface EntryPorts {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What went wrong with a task. Most never need one, and a million tasks are a lot of zeros. */
interface Troubles {
  failures: number;
  failuresInRow: number;
  /** Last runs in a row that failed by a bug: neither an operating error nor cut off at the deadline. */
  bugsInRow: number;
  timeouts: number;
  overruns: number;
  lastError: string | undefined;
}

/** A task as the scheduler keeps it; also the context of its runs. */
export class TaskEntry implements TaskContext {
  readonly definition: TaskDefinition;
  readonly slot: number;
  readonly #ports: EntryPorts;
  #logger: Logger | undefined;
  #controller: AbortController | undefined;

  state: TaskState = 'waiting';
  dueMs: MonotonicMs;
  startedMs: MonotonicMs = monotonicMs(0);
  /** Order of submission to the queue among equals. */
  sequence = 0;
  rank: number;
  /** When set, the task is held: it runs only in a gap of its lane longer than this. */
  slackMs: number | undefined;
  /** Submitted again, or moved to this time, while it was running. */
  againAtMs: MonotonicMs | undefined;
  isCancelled = false;
  /** Submitted under the same name after the cancellation: comes when this one has ended. */
  successor: TaskDefinition | undefined;
  isTimedOut = false;
  /** Steps the grid had taken when `dueMs` was chosen. */
  gridSteps = 0;

  runs = 0;
  beatsSkipped = 0;
  lastDurationMs: number | undefined;
  lastLatenessMs: number | undefined;
  #troubles: Troubles | undefined;

  constructor(definition: TaskDefinition, slot: number, dueMs: MonotonicMs, ports: EntryPorts) {
    this.definition = definition;
    this.slot = slot;
    this.dueMs = dueMs;
    this.rank = priorityRank(definition.priority);
    this.#ports = ports;
  }

  get name(): string {
    return this.definition.name;
  }

  get clock(): Clock {
    return this.#ports.clock;
  }

  get failuresInRow(): number {
    return this.#troubles?.failuresInRow ?? 0;
  }

  get bugsInRow(): number {
    return this.#troubles?.bugsInRow ?? 0;
  }

  /** Made on first use: most short runs need none. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get logger(): Logger {
    this.#logger ??= this.#ports.logger.child({ task: this.name });
    return this.#logger;
  }

  begin(nowMs: MonotonicMs): void {
    this.state = 'running';
    this.startedMs = nowMs;
    this.lastLatenessMs = nowMs - this.dueMs;
    this.runs += 1;
    this.isTimedOut = false;
    this.againAtMs = undefined;
    this.#controller = undefined;
  }

  /** Counts the run that ends; logs when the task begins to fail, and when it is well again. */
  end(nowMs: MonotonicMs, error: unknown): TaskOutcome {
    this.lastDurationMs = nowMs - this.startedMs;
    if (this.isCancelled) return 'cancelled';
    if (this.isTimedOut) this.#trouble().timeouts += 1;
    if (error === undefined) this.#succeed();
    else this.#fail(error);
    if (this.isTimedOut) return 'timed_out';
    return error === undefined ? 'ok' : 'failed';
  }

  /** Its synchronous part held the event loop for too long. */
  overran(): void {
    this.#trouble().overruns += 1;
  }

  abort(reason: GatewayError): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }

  report(nowMs: number): TaskReport {
    const { name, group, priority, periodMs } = this.definition;
    return {
      name,
      group,
      priority,
      lane: this.definition.lane?.name,
      state: this.state,
      periodMs,
      dueInMs: this.dueMs - nowMs,
      runs: this.runs,
      failures: this.#troubles?.failures ?? 0,
      failuresInRow: this.failuresInRow,
      timeouts: this.#troubles?.timeouts ?? 0,
      beatsSkipped: this.beatsSkipped,
      overruns: this.#troubles?.overruns ?? 0,
      lastDurationMs: this.lastDurationMs,
      lastLatenessMs: this.lastLatenessMs,
      lastError: this.#troubles?.lastError,
    };
  }

  #succeed(): void {
    if (this.#troubles === undefined || this.#troubles.failuresInRow === 0) return;
    this.logger.info({ failures: this.#troubles.failuresInRow }, 'the task is well again');
    this.#troubles.failuresInRow = 0;
    this.#troubles.bugsInRow = 0;
  }

  #fail(error: unknown): void {
    const troubles = this.#trouble();
    const code = errorCodeOf(error);
    const text = describeError(error);
    troubles.failures += 1;
    troubles.failuresInRow += 1;
    troubles.bugsInRow = code === undefined && !this.isTimedOut ? troubles.bugsInRow + 1 : 0;
    troubles.lastError = text;
    if (troubles.failuresInRow > 1) return;
    this.logger.warn({ code: code ?? 'unexpected', error }, `the task failed: ${text}`);
  }

  #trouble(): Troubles {
    this.#troubles ??= {
      failures: 0,
      failuresInRow: 0,
      bugsInRow: 0,
      timeouts: 0,
      overruns: 0,
      lastError: undefined,
    };
    return this.#troubles;
  }
}
