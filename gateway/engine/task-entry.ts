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

/** A task as the scheduler keeps it; also the context of its runs. */
export class TaskEntry implements TaskContext {
  readonly definition: TaskDefinition;
  readonly slot: number;
  readonly clock: Clock;
  readonly #parentLogger: Logger;
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
  /** Last runs in a row that failed by a bug: neither an operating error nor cut off at the deadline. */
  bugsInRow = 0;

  runs = 0;
  failures = 0;
  failuresInRow = 0;
  timeouts = 0;
  beatsSkipped = 0;
  overruns = 0;
  lastDurationMs: number | undefined;
  lastLatenessMs: number | undefined;
  lastError: string | undefined;

  constructor(
    definition: TaskDefinition,
    slot: number,
    dueMs: MonotonicMs,
    ports: { clock: Clock; logger: Logger },
  ) {
    this.definition = definition;
    this.slot = slot;
    this.dueMs = dueMs;
    this.rank = priorityRank(definition.priority);
    this.clock = ports.clock;
    this.#parentLogger = ports.logger;
  }

  get name(): string {
    return this.definition.name;
  }

  /** Made on first use: most short runs need none. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get logger(): Logger {
    this.#logger ??= this.#parentLogger.child({ task: this.name });
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
    if (this.isTimedOut) this.timeouts += 1;
    if (error === undefined) {
      if (this.failuresInRow > 0)
        this.logger.info({ failures: this.failuresInRow }, 'the task is well again');
      this.failuresInRow = 0;
      this.bugsInRow = 0;
      return this.isTimedOut ? 'timed_out' : 'ok';
    }
    this.failures += 1;
    this.failuresInRow += 1;
    this.lastError = describeError(error);
    const code = errorCodeOf(error);
    this.bugsInRow = code === undefined && !this.isTimedOut ? this.bugsInRow + 1 : 0;
    if (this.failuresInRow === 1) {
      this.logger.warn({ code: code ?? 'unexpected', error }, `the task failed: ${this.lastError}`);
    }
    return this.isTimedOut ? 'timed_out' : 'failed';
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
      failures: this.failures,
      failuresInRow: this.failuresInRow,
      timeouts: this.timeouts,
      beatsSkipped: this.beatsSkipped,
      overruns: this.overruns,
      lastDurationMs: this.lastDurationMs,
      lastLatenessMs: this.lastLatenessMs,
      lastError: this.lastError,
    };
  }
}
