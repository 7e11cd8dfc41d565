import assert from 'node:assert';
import { priorityRank, type TaskPriority } from './task.ts';

/** A periodic task of one lane, as the bound sees it. */
export interface BoundedTask {
  readonly name: string;
  readonly priority: TaskPriority;
  readonly periodMs: number;
  /** As in its definition; where offsets differ, the gaps of the lane are shorter. */
  readonly offsetMs?: number;
  /** Longest run with a healthy device: all its requests, each as slow as a healthy device may be. */
  readonly costMs: number;
  /** Longest run in which the device stops answering: what went before, and one time-out. */
  readonly failureMs: number;
  /** Longest probe of the device once it is known to be dead. */
  readonly probeMs: number;
}

/** What a healthy device's task may rely on, whichever `deadMax` others die at the same moment. */
export interface TaskBound {
  readonly name: string;
  /** From its beat to the arrival of its last answer, at most. Infinity when it may never come. */
  readonly responseMs: number;
  /** Age of its readings, at most: just before the next ones arrive. */
  readonly ageMs: number;
  /** The period it runs at: the configured one, or the shortest feasible multiple of it. */
  readonly periodMs: number;
}

export interface LaneBound {
  readonly tasks: readonly TaskBound[];
  /** Share of the time that healthy devices need, at the configured periods; above 1 cannot be kept. */
  readonly utilisation: number;
  /** Each configured period is this many times too short; 1 when all can be kept. */
  readonly stretch: number;
  /** The task that needs most of the lane; it is the one to look at when the periods cannot be kept. */
  readonly heaviest: string | undefined;
}

/**
 * Worst-case age of every reading of a lane: non-preemptive fixed-priority response-time analysis, first
 * come first served within a priority. At the critical instant every task is due at once, the longest run
 * that cannot be interrupted has just begun, and the `deadMax` devices whose death costs most stop
 * answering. A device that failed is held: known to be dead it costs nothing, as it is probed in slack, or
 * blocks by one probe where there is none.
 */
export function boundLane(tasks: readonly BoundedTask[], deadMax: number): LaneBound {
  for (const { name, periodMs, costMs, failureMs } of tasks) {
    assert(periodMs > 0 && Number.isFinite(periodMs), `the period of ${name} is ${periodMs}`);
    assert(Number.isFinite(costMs + failureMs), `the cost of ${name} is ${costMs}, failing ${failureMs}`);
  }
  const stretch = shortestStretch(tasks);
  const slowed = tasks.map((task) => ({ ...task, periodMs: task.periodMs * stretch }));
  const heaviest = [...tasks].sort((a, b) => b.costMs / b.periodMs - a.costMs / a.periodMs)[0];
  return {
    tasks: slowed.map((task) => {
      const responseMs = responseTimeMs(task, slowed, deadMax);
      return { name: task.name, responseMs, ageMs: task.periodMs + responseMs, periodMs: task.periodMs };
    }),
    utilisation: utilisationOf(tasks),
    stretch,
    heaviest: heaviest?.name,
  };
}

/** What a device's time-out depends on. */
export interface TimeoutNeeds {
  /** The wanted time-out. */
  readonly requestTimeoutMs: number;
  /** The slowest answer of the healthy device. */
  readonly responseMsMax: number;
  /** What follows in the same run when a probe is answered. */
  readonly afterProbeMs: number;
}

/**
 * The longest request time-out, up to the wanted one, with which the death of one device of the lane costs
 * no other a beat, and a probe of it fits into the gap that the lane has, where that can be. Never below the
 * slowest answer of a healthy device.
 */
export function affordableTimeoutMs(
  tasks: readonly Pick<BoundedTask, 'periodMs' | 'costMs'>[],
  { requestTimeoutMs, responseMsMax, afterProbeMs }: TimeoutNeeds,
): number {
  if (tasks.length < 2) return requestTimeoutMs;
  const shortestMs = Math.min(...tasks.map((task) => task.periodMs));
  const spareMs = shortestMs - sum(tasks.map((task) => task.costMs));
  const besideProbeMs = spareMs - afterProbeMs - 1;
  const fittingMs = besideProbeMs < responseMsMax ? spareMs / 2 : Math.min(spareMs / 2, besideProbeMs);
  return Math.max(responseMsMax, Math.min(requestTimeoutMs, Math.floor(fittingMs)));
}

/** By doubling, then halving: what is feasible at one stretch is so at all longer ones. */
function shortestStretch(tasks: readonly BoundedTask[]): number {
  let most = 1;
  while (!isFeasible(tasks, most)) most *= 2;
  let least = Math.floor(most / 2);
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (isFeasible(tasks, middle)) most = middle;
    else least = middle;
  }
  return most;
}

function isFeasible(tasks: readonly BoundedTask[], stretch: number): boolean {
  const slowed = tasks.map((task) => ({ ...task, periodMs: task.periodMs * stretch }));
  return slowed.every((task) => responseTimeMs(task, slowed, 0) <= task.periodMs);
}

function responseTimeMs(task: BoundedTask, all: readonly BoundedTask[], deadMax: number): number {
  const rank = priorityRank(task.priority);
  const others = all.filter((other) => other !== task);
  const equal = others.filter((other) => priorityRank(other.priority) === rank);
  const moreUrgent = others.filter((other) => priorityRank(other.priority) < rank);
  if (utilisationOf(moreUrgent) >= 1) return Infinity;
  const blockers = others.filter((other) => priorityRank(other.priority) > rank);
  const blockMs = Math.max(
    probeBlockMs(all),
    moreUrgent.length > 0 ? Math.max(task.costMs, ...equal.map((other) => other.costMs)) : 0,
  );
  const queueMs =
    sum(equal.map((other) => other.costMs)) +
    blockAndDeathsMs(blockMs, blockers, { served: [...equal, ...moreUrgent], deadMax });
  let startMs = queueMs;
  for (;;) {
    const urgentMs = sum(
      moreUrgent.map((other) => (Math.floor(startMs / other.periodMs) + 1) * other.costMs),
    );
    if (queueMs + urgentMs <= startMs) return startMs + task.costMs;
    startMs = queueMs + urgentMs;
  }
}

/**
 * The run that has just begun, plus what the deaths add to it and to those served before the task. One run
 * blocks, not several: once the task waits, nothing less urgent starts, and no probe. Where more urgent
 * tasks exist the blocker can be an equal one or an earlier run of the task itself, as they may have piled
 * up behind it before the task was due (Davis, Burns, Bril, Lukkien 2007, "Controller Area Network (CAN)
 * schedulability analysis: refuted, revisited and revised", section 3.3).
 */
function blockAndDeathsMs(
  blockMs: number,
  blockers: readonly BoundedTask[],
  { served, deadMax }: { readonly served: readonly BoundedTask[]; readonly deadMax: number },
): number {
  const lossesMs = served.map(lossMs).sort((a, b) => b - a);
  const deathsMs = sum(lossesMs.slice(0, deadMax));
  if (deadMax === 0) return Math.max(blockMs, ...blockers.map((blocker) => blocker.costMs));
  const leastLossMs = lossesMs[deadMax - 1] ?? 0;
  const withDyingBlockerMs = blockers.map(
    (blocker) => blocker.costMs + deathsMs + Math.max(0, lossMs(blocker) - leastLossMs),
  );
  return Math.max(blockMs + deathsMs, ...withDyingBlockerMs);
}

/** What the death of its device adds to the one run in which it is found. */
function lossMs(task: BoundedTask): number {
  return Math.max(0, task.failureMs - task.costMs);
}

/** A probe blocks only in a lane whose gaps are too short for it. */
function probeBlockMs(tasks: readonly BoundedTask[]): number {
  if (tasks.length < 2) return 0;
  const gapMs = certainGapMs(tasks);
  return Math.max(0, ...tasks.map((task) => task.probeMs).filter((probeMs) => probeMs >= gapMs));
}

/**
 * A gap that is sure to come within the shortest period. Beats that all stand on multiples of it leave one
 * gap after them; others may stand so that they split it, into at most as many pieces as there are tasks.
 */
function certainGapMs(tasks: readonly BoundedTask[]): number {
  const shortestMs = Math.min(...tasks.map((task) => task.periodMs));
  const idleMs = shortestMs - sum(tasks.map((task) => task.costMs));
  const isAligned = tasks.every(
    (task) =>
      task.periodMs % shortestMs === 0 &&
      (task.offsetMs ?? 0) % shortestMs === (tasks[0]?.offsetMs ?? 0) % shortestMs,
  );
  return isAligned ? idleMs : idleMs / tasks.length;
}

function utilisationOf(tasks: readonly BoundedTask[]): number {
  return sum(tasks.map((task) => task.costMs / task.periodMs));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
