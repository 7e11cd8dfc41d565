import assert from 'node:assert';
import { monotonicMs, type Alarm, type Cancel, type Clock, type MonotonicMs } from '../core/clock.ts';
import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Logger } from '../core/logger.ts';
import type { Random } from '../core/random.ts';
import { backoffMs, defaultBackoff } from './backoff.ts';
import { EpochGrid } from './epoch-grid.ts';
import { livenessBreaches, type LivenessBreach } from './liveness.ts';
import type { TaskEntry, TaskOutcome } from './task-entry.ts';
import { TaskQueue } from './task-queue.ts';
import {
  checkDefinition,
  priorityRank,
  type TaskDefinition,
  type TaskPriority,
  type TaskReport,
} from './task.ts';

export interface SchedulerPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  /** Hears every start and end in order; for the simulation's log and for tests. */
  readonly trace?: (event: TaskEvent) => void;
}

export interface TaskEvent {
  readonly kind: 'start' | 'end';
  readonly task: string;
  readonly atMs: MonotonicMs;
  readonly outcome?: TaskOutcome;
}

/** At which priority the tasks of a definition run now, or that they don't. Pure. */
export type TaskPolicy = (definition: TaskDefinition) => TaskPriority | 'suspended';

export interface SchedulerReport {
  readonly tasks: number;
  readonly running: number;
  readonly ready: number;
  readonly runs: number;
  readonly failures: number;
  readonly beatsSkipped: number;
  readonly clockSteps: number;
}

const syncRunMsMax = 10;

/**
 * Runs tasks, one at a time on the event loop, most urgent first. What each call means:
 *
 * | call       | not known      | waiting, ready, held     | running                                      |
 * |------------|----------------|--------------------------|----------------------------------------------|
 * | submit     | waits          | nothing: the first stays | runs once more when it ends, however often   |
 * | reschedule | false          | is due at the new time   | its next run is due at the new time          |
 * | cancel     | `unknown`      | gone, never runs         | its signal fires, gone when it returns; so is what was submitted after a former cancel |
 * | hold       | false          | runs in slack only       | the same, from its next run on               |
 * | drain      | –              | none starts any more     | waited for; aborted at its deadline, or when the time is up |
 * | throws     | –              | –                        | counted; periodic: next beat or its backoff, once: its backoff |
 * | times out  | –              | –                        | its signal fires; counted when it returns    |
 *
 * Same inputs, same order, always. A run that throws never ends the loop, and is logged once when a task
 * begins to fail and once when it is well again. A task never overlaps itself; a slow run skips beats.
 */
export class Scheduler {
  readonly #ports: SchedulerPorts;
  readonly #grid: EpochGrid;
  readonly #queue = new TaskQueue();
  #policy: TaskPolicy = (definition) => definition.priority;
  #wake: Cancel | undefined;
  #wakeAtMs = Infinity;
  #isStarted = false;
  #isDraining = false;
  #isInTurn = false;
  #drained: (() => void) | undefined;
  #drain: Promise<readonly string[]> | undefined;
  #running = 0;
  #runs = 0;
  #failures = 0;
  #beatsSkipped = 0;

  constructor(ports: SchedulerPorts) {
    this.#ports = ports;
    this.#grid = new EpochGrid(ports.clock);
  }

  start(): void {
    assert(!this.#isStarted, 'the scheduler was started twice');
    this.#isStarted = true;
    this.#arm();
  }

  /** Errors: `queue_full`, `stopping`. */
  submit(definition: TaskDefinition): void {
    if (this.#isDraining) throw new GatewayError('stopping', `task ${definition.name} came while stopping`);
    checkDefinition(definition);
    const nowMs = this.#ports.clock.monotonic();
    const known = this.#queue.find(definition.name);
    if (known !== undefined) {
      if (known.isCancelled) known.successor ??= definition;
      else if (known.state === 'running') known.againAtMs ??= nowMs;
      return;
    }
    if (this.#queue.size >= limits.tasksMax) {
      throw new GatewayError('queue_full', `task ${definition.name} is one too many of ${limits.tasksMax}`);
    }
    const entry = this.#queue.add(definition, this.#firstDueMs(definition, nowMs), this.#ports);
    entry.gridSteps = this.#grid.steps;
    definition.lane?.join(entry, nowMs);
    this.#enter(entry);
    this.#arm();
  }

  reschedule(name: string, dueMs: MonotonicMs): boolean {
    assert(Number.isFinite(dueMs), `task ${name} cannot be due at ${dueMs}`);
    const entry = this.#queue.find(name);
    if (entry === undefined) return false;
    if (entry.state === 'running') entry.againAtMs = dueMs;
    else if (entry.state === 'suspended') entry.dueMs = dueMs;
    else {
      this.#queue.withdraw(entry);
      entry.dueMs = dueMs;
      entry.gridSteps = this.#grid.steps;
      this.#queue.wait(entry);
      this.#pump(entry);
    }
    this.#arm();
    return true;
  }

  /** Makes the task run in its lane's slack only (a number), or normally again (undefined). */
  hold(name: string, slackMs: number | undefined): boolean {
    const entry = this.#queue.find(name);
    if (entry === undefined) return false;
    if (entry.state === 'ready' || entry.state === 'held') {
      this.#queue.withdraw(entry);
      entry.slackMs = slackMs;
      this.#queue.wait(entry);
    } else {
      entry.slackMs = slackMs;
    }
    this.#pump(entry);
    this.#arm();
    return true;
  }

  cancel(name: string): 'cancelled' | 'cancelling' | 'unknown' {
    const entry = this.#queue.find(name);
    if (entry === undefined) return 'unknown';
    if (entry.state !== 'running') {
      this.#queue.forget(entry);
      this.#pump(entry);
      this.#arm();
      return 'cancelled';
    }
    entry.isCancelled = true;
    entry.successor = undefined;
    entry.abort(new GatewayError('stopping', `task ${name} was cancelled`));
    return 'cancelling';
  }

  /** From now on tasks run at the priority the policy says. Running ones end first. */
  setPolicy(policy: TaskPolicy): void {
    this.#policy = policy;
    for (const entry of this.#queue.entries()) this.#applyPolicy(entry);
    this.#arm();
  }

  /**
   * Starts nothing more and waits for what runs; after `timeoutMs` their signals fire, and after as long
   * again it returns the names of those that still have not ended. Asked again, it gives the same answer.
   */
  async drain(timeoutMs: number): Promise<readonly string[]> {
    this.#drain ??= this.#drainOnce(timeoutMs);
    return await this.#drain;
  }

  report(): SchedulerReport {
    return {
      tasks: this.#queue.size,
      running: this.#running,
      ready: this.#queue.readyCount,
      runs: this.#runs,
      failures: this.#failures,
      beatsSkipped: this.#beatsSkipped,
      clockSteps: this.#grid.steps,
    };
  }

  tasks(): readonly TaskReport[] {
    const nowMs = this.#ports.clock.monotonic();
    return this.#queue.entries().map((entry) => entry.report(nowMs));
  }

  /** Periodic tasks that did not do their work in time, now. */
  livenessBreaches(): readonly LivenessBreach[] {
    return livenessBreaches(this.#queue.entries(), this.#ports.clock.monotonic());
  }

  async #drainOnce(timeoutMs: number): Promise<readonly string[]> {
    this.#isDraining = true;
    this.#disarm();
    if (this.#running === 0) return [];
    this.#arm();
    const nowMs = this.#ports.clock.monotonic();
    await new Promise<void>((resolve) => {
      const cancels = [
        this.#ports.alarm.at(monotonicMs(nowMs + timeoutMs), () => this.#abortRunning()),
        this.#ports.alarm.at(monotonicMs(nowMs + 2 * timeoutMs), () => this.#drained?.()),
      ];
      this.#drained = () => {
        for (const cancel of cancels) cancel();
        this.#disarm();
        resolve();
      };
    });
    return this.#queue
      .entries()
      .filter((entry) => entry.state === 'running')
      .map((entry) => entry.name);
  }

  #firstDueMs(definition: TaskDefinition, nowMs: MonotonicMs): MonotonicMs {
    if (definition.delayMs !== undefined) return monotonicMs(nowMs + definition.delayMs);
    if (definition.periodMs === undefined) return nowMs;
    return this.#grid.beatAfter(nowMs, definition.periodMs, definition.offsetMs);
  }

  #turn(): void {
    this.#wake = undefined;
    this.#wakeAtMs = Infinity;
    const startMs = this.#ports.clock.monotonic();
    const stepMs = this.#grid.observe(startMs);
    if (stepMs !== undefined) this.#ports.logger.warn({ stepMs }, 'the wall clock was set');
    this.#isInTurn = true;
    this.#expireDeadlines(startMs);
    if (!this.#isDraining) this.#queue.collectDue(startMs);
    let nowMs = startMs;
    for (let run = 0; run < limits.turnRunsMax && nowMs - startMs < limits.turnMsMax; run += 1) {
      const entry = this.#isDraining ? undefined : this.#queue.takeReady();
      if (entry === undefined) break;
      nowMs = this.#begin(entry, nowMs);
    }
    this.#isInTurn = false;
    this.#arm();
  }

  /** Starts a run; the time when its synchronous part was over. */
  #begin(entry: TaskEntry, nowMs: MonotonicMs): MonotonicMs {
    entry.begin(nowMs);
    entry.definition.lane?.begin(entry);
    this.#running += 1;
    this.#runs += 1;
    this.#ports.trace?.({ kind: 'start', task: entry.name, atMs: nowMs });
    let pending: unknown;
    let failure: unknown;
    try {
      pending = entry.definition.run(entry);
    } catch (error) {
      failure = error ?? threwNothing();
    }
    const returnedMs = this.#ports.clock.monotonic();
    if (returnedMs - nowMs > syncRunMsMax) entry.overran();
    if (pending instanceof Promise) {
      this.#queue.watchDeadline(entry, nowMs + entry.definition.deadlineMs);
      pending.then(
        () => this.#end(entry, this.#ports.clock.monotonic(), undefined),
        (error: unknown) => this.#end(entry, this.#ports.clock.monotonic(), error ?? threwNothing()),
      );
    } else {
      this.#end(entry, returnedMs, failure);
    }
    return returnedMs;
  }

  #end(entry: TaskEntry, nowMs: MonotonicMs, error: unknown): void {
    this.#queue.unwatchDeadline(entry);
    this.#running -= 1;
    entry.definition.lane?.end(entry, nowMs);
    const outcome = entry.end(nowMs, error);
    if (outcome === 'failed') this.#failures += 1;
    this.#ports.trace?.({ kind: 'end', task: entry.name, atMs: nowMs, outcome });
    this.#comeAgain(entry, nowMs, error !== undefined);
    this.#pump(entry);
    if (this.#isDraining && this.#running === 0) this.#drained?.();
    this.#arm();
  }

  #comeAgain(entry: TaskEntry, nowMs: MonotonicMs, hasFailed: boolean): void {
    const { definition } = entry;
    if (
      entry.isCancelled ||
      (definition.periodMs === undefined && !hasFailed && entry.againAtMs === undefined)
    ) {
      this.#queue.forget(entry);
      if (entry.successor !== undefined && !this.#isDraining) this.submit(entry.successor);
      return;
    }
    entry.dueMs = entry.againAtMs ?? this.#nextDueMs(entry, nowMs, hasFailed);
    entry.gridSteps = this.#grid.steps;
    this.#enter(entry);
  }

  #nextDueMs(entry: TaskEntry, nowMs: MonotonicMs, hasFailed: boolean): MonotonicMs {
    const { periodMs, offsetMs } = entry.definition;
    const backoff = entry.definition.backoff ?? (periodMs === undefined ? defaultBackoff : undefined);
    const mustBackOff = hasFailed && backoff !== undefined;
    const waitMs = mustBackOff ? backoffMs(backoff, entry.failuresInRow, this.#ports.random) : 0;
    if (periodMs === undefined) return monotonicMs(nowMs + waitMs);
    const beatMs = this.#grid.beatFollowing(entry, periodMs, offsetMs);
    // The next beat may be now, but not the very moment of a start: that run was for this beat, too.
    const passed = Math.floor((entry.startedMs - beatMs) / periodMs) + 1;
    const skipped = Math.max(0, passed, Math.ceil((nowMs + waitMs - beatMs) / periodMs));
    entry.beatsSkipped += skipped;
    this.#beatsSkipped += skipped;
    return monotonicMs(beatMs + skipped * periodMs);
  }

  /** After a task left its lane's queue or the lane itself, another may start. */
  #pump(entry: TaskEntry): void {
    const { lane } = entry.definition;
    if (lane !== undefined && !this.#isDraining) this.#queue.pumpLane(lane, this.#ports.clock.monotonic());
  }

  /** Puts a task that stands in no queue where the policy wants it. */
  #enter(entry: TaskEntry): void {
    const priority = this.#policy(entry.definition);
    if (priority === 'suspended') {
      entry.state = 'suspended';
      return;
    }
    entry.rank = priorityRank(priority);
    this.#queue.wait(entry);
  }

  #applyPolicy(entry: TaskEntry): void {
    if (entry.state === 'running') return;
    const { periodMs, offsetMs } = entry.definition;
    const nowMs = this.#ports.clock.monotonic();
    if (entry.state === 'suspended' && periodMs !== undefined && entry.dueMs < nowMs) {
      entry.dueMs = this.#grid.beatAfter(nowMs, periodMs, offsetMs);
      entry.gridSteps = this.#grid.steps;
    }
    this.#queue.withdraw(entry);
    this.#enter(entry);
    this.#pump(entry);
  }

  #expireDeadlines(nowMs: MonotonicMs): void {
    for (;;) {
      const entry = this.#queue.takeExpired(nowMs);
      if (entry === undefined) return;
      entry.isTimedOut = true;
      const { name, deadlineMs } = entry.definition;
      entry.abort(new GatewayError('deadline_exceeded', `task ${name} ran longer than ${deadlineMs} ms`));
    }
  }

  #abortRunning(): void {
    for (const entry of this.#queue.entries()) {
      if (entry.state === 'running') entry.abort(new GatewayError('stopping', 'the gateway is stopping'));
    }
  }

  /** Wakes up when the next thing is due, and at once when something is ready; in a drain for deadlines only. */
  #arm(): void {
    if (!this.#isStarted || this.#isInTurn) return;
    const atMs = this.#nextTurnMs();
    if (atMs >= this.#wakeAtMs) return;
    this.#disarm();
    if (atMs === Infinity) return;
    this.#wakeAtMs = atMs;
    this.#wake =
      atMs === -Infinity
        ? this.#ports.alarm.nextTurn(() => this.#turn())
        : this.#ports.alarm.at(monotonicMs(atMs), () => this.#turn());
  }

  #nextTurnMs(): number {
    if (this.#isDraining) return this.#queue.nextDeadlineMs();
    return this.#queue.readyCount > 0 ? -Infinity : this.#queue.nextWakeMs();
  }

  #disarm(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#wakeAtMs = Infinity;
  }
}

/** Throwing nothing is a bug like any other, and still has to be told from success. */
function threwNothing(): assert.AssertionError {
  return new assert.AssertionError({ message: 'the task threw nothing' });
}
