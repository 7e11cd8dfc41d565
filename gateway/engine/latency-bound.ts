import { priorityRank, type TaskPriority } from './task.ts';

/** A periodic task of one lane, as the bound sees it. */
export interface BoundedTask {
  readonly name: string;
  readonly priority: TaskPriority;
  readonly periodMs: number;
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
  /** From its beat to the arrival of its last answer, at most. */
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

const stretchMax = 1_000;

/**
 * Worst-case age of every reading of a lane: non-preemptive fixed-priority response-time analysis, first
 * come first served within a priority. At the critical instant every task is due at once, the longest less
 * urgent run has just begun, and the `deadMax` devices whose death costs most stop answering. Devices
 * already known to be dead cost nothing: they are probed in slack, or block by one probe where there is none.
 */
export function boundLane(tasks: readonly BoundedTask[], deadMax: number): LaneBound {
  let stretch = 1;
  while (stretch < stretchMax && !isFeasible(tasks, stretch)) stretch += 1;
  const utilisation = sum(tasks.map((task) => task.costMs / task.periodMs));
  const heaviest = [...tasks].sort((a, b) => b.costMs / b.periodMs - a.costMs / a.periodMs)[0];
  return {
    tasks: tasks.map((task) => {
      const responseMs = responseTimeMs(task, tasks, { deadMax, stretch });
      const periodMs = task.periodMs * stretch;
      return { name: task.name, responseMs, ageMs: periodMs + responseMs, periodMs };
    }),
    utilisation,
    stretch,
    heaviest: heaviest?.name,
  };
}

/**
 * The longest request time-out, up to the wanted one, with which the death of one device of the lane costs
 * no other a beat. Never below `leastMs`, the slowest answer of a healthy device.
 */
export function affordableTimeoutMs(
  tasks: readonly Pick<BoundedTask, 'periodMs' | 'costMs'>[],
  wantedMs: number,
  leastMs: number,
): number {
  if (tasks.length < 2) return wantedMs;
  const shortestMs = Math.min(...tasks.map((task) => task.periodMs));
  const spareMs = shortestMs - sum(tasks.map((task) => task.costMs));
  return Math.max(leastMs, Math.min(wantedMs, Math.floor(spareMs / 2)));
}

function isFeasible(tasks: readonly BoundedTask[], stretch: number): boolean {
  return tasks.every(
    (task) => responseTimeMs(task, tasks, { deadMax: 0, stretch }) <= task.periodMs * stretch,
  );
}

function responseTimeMs(
  task: BoundedTask,
  all: readonly BoundedTask[],
  load: { readonly deadMax: number; readonly stretch: number },
): number {
  const rank = priorityRank(task.priority);
  const others = all.filter((other) => other !== task);
  const dying = costliestDeaths(others, load.deadMax);
  const runMs = (other: BoundedTask): number => (dying.has(other) ? other.failureMs : other.costMs);
  const equal = others.filter((other) => priorityRank(other.priority) === rank);
  const lessUrgent = others.filter((other) => priorityRank(other.priority) > rank);
  const moreUrgent = others.filter((other) => priorityRank(other.priority) < rank);
  const queueMs =
    sum(equal.map(runMs)) + Math.max(0, ...lessUrgent.map(runMs)) + probeBlockMs(all, load.stretch);
  const horizonMs = task.periodMs * load.stretch * 16;
  let startMs = queueMs;
  for (;;) {
    const urgentMs = sum(
      moreUrgent.map((other) => (Math.floor(startMs / (other.periodMs * load.stretch)) + 1) * runMs(other)),
    );
    const nextMs = queueMs + urgentMs;
    if (nextMs <= startMs || nextMs > horizonMs) return nextMs + task.costMs;
    startMs = nextMs;
  }
}

/** A probe blocks only in a lane whose gaps are too short for it. */
function probeBlockMs(tasks: readonly BoundedTask[], stretch: number): number {
  if (tasks.length < 2) return 0;
  const shortestMs = Math.min(...tasks.map((task) => task.periodMs)) * stretch;
  const gapMs = shortestMs - sum(tasks.map((task) => task.costMs));
  return Math.max(0, ...tasks.map((task) => task.probeMs).filter((probeMs) => probeMs >= gapMs));
}

function costliestDeaths(tasks: readonly BoundedTask[], count: number): ReadonlySet<BoundedTask> {
  const byLoss = [...tasks].sort((a, b) => b.failureMs - b.costMs - (a.failureMs - a.costMs));
  return new Set(byLoss.slice(0, count));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
