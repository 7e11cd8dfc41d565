import assert from 'node:assert';
import type { Clock, MonotonicMs } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { BackoffPolicy } from './backoff.ts';
import type { Lane } from './lane.ts';

/** What a task is for, most urgent first. */
export const taskPriorities = ['safety', 'control', 'acquire', 'store', 'publish', 'housekeeping'] as const;

export type TaskPriority = (typeof taskPriorities)[number];

const ranks = new Map<TaskPriority, number>(taskPriorities.map((priority, rank) => [priority, rank]));

/** 0 for the most urgent. */
export function priorityRank(priority: TaskPriority): number {
  return ranks.get(priority) ?? taskPriorities.length;
}

/**
 * The life of a task:
 *
 *     submit ──► waiting ──due──► ready ──► running ──► (period? waiting : gone)
 *                  ▲  │             │          │
 *           resume │  ▼ suspend     ▼          └─ throws or times out: waiting, later by its backoff
 *                suspended ◄────────┘
 *
 * `ready` includes waiting for a lane. `held` is a ready task that may run only in its lane's slack.
 */
export type TaskState = 'waiting' | 'ready' | 'held' | 'running' | 'suspended' | 'gone';

/** What a run may know and use. One object a task, valid during the run. */
export interface TaskContext {
  readonly clock: Clock;
  /** Fires at the deadline, at cancellation, and at the end of a drain; `reason` is a GatewayError. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** The beat this run belongs to, on the monotonic clock: it may have started later. */
  readonly dueMs: MonotonicMs;
}

/**
 * A piece of work that does not block: `run` computes for at most 10 ms, or awaits; at each await others
 * run. It honours the signal: after it fired it returns or throws at its next step.
 */
export interface TaskDefinition {
  /** Verb and object, unique: `harvest:inverter-1`. */
  readonly name: string;
  /** What is run or suspended together: `harvest`, `store`. */
  readonly group: string;
  readonly priority: TaskPriority;
  /** Runs of one lane never overlap. */
  readonly lane?: Lane;
  /** Start to start, on the grid of the epoch; absent for a task that runs once. */
  readonly periodMs?: number;
  /** Shifts the grid, to spread tasks of one period. */
  readonly offsetMs?: number;
  /** The first run: this long from now. A periodic task without it starts at its next grid point. */
  readonly delayMs?: number;
  /** Longest run; then the signal fires. */
  readonly deadlineMs: number;
  /** How a throwing task comes again; a periodic one comes at its next beat when it has none. */
  readonly backoff?: BackoffPolicy;
  run(context: TaskContext): void | Promise<void>;
}

/** Asserts what no queue could live with: a time that is no number would stop it for all. */
export function checkDefinition({
  name,
  deadlineMs,
  periodMs,
  offsetMs = 0,
  delayMs = 0,
}: TaskDefinition): void {
  assert(deadlineMs > 0, `task ${name} needs a deadline`);
  assert(
    periodMs === undefined || (periodMs > 0 && Number.isFinite(periodMs)),
    `the period of task ${name} must be positive, not ${periodMs}`,
  );
  assert(Number.isFinite(offsetMs), `the offset of task ${name} cannot be ${offsetMs}`);
  assert(Number.isFinite(delayMs), `the delay of task ${name} cannot be ${delayMs}`);
}

/** What can be told of a task at any time. */
export interface TaskReport {
  readonly name: string;
  readonly group: string;
  readonly priority: TaskPriority;
  readonly lane: string | undefined;
  readonly state: TaskState;
  readonly periodMs: number | undefined;
  /** Milliseconds from now until it is due; negative when it is late. */
  readonly dueInMs: number;
  readonly runs: number;
  readonly failures: number;
  readonly failuresInRow: number;
  readonly timeouts: number;
  /** Beats that passed while it was running, waiting or shed. */
  readonly beatsSkipped: number;
  /** Runs whose synchronous part held the event loop for more than 10 ms. */
  readonly overruns: number;
  readonly lastDurationMs: number | undefined;
  readonly lastLatenessMs: number | undefined;
  readonly lastError: string | undefined;
}
