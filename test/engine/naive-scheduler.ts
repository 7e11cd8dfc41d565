import { taskPriorities, type TaskPriority } from '../../gateway/engine/task.ts';

/** What a task of the model is: the same numbers make the real one. */
export interface NaiveTask {
  readonly name: string;
  readonly priority: TaskPriority;
  readonly lane: string | undefined;
  readonly periodMs: number | undefined;
  readonly offsetMs: number;
  readonly delayMs: number | undefined;
  /** 0 for a run that does not await. */
  readonly runMs: number;
  readonly deadlineMs: number;
  /** It does not listen to its signal. */
  readonly isDeaf: boolean;
  /** Each run with a number that this divides fails; 0 for none. */
  readonly failEvery: number;
  readonly backoff: { readonly firstMs: number; readonly maxMs: number } | undefined;
}

export interface Start {
  readonly task: string;
  readonly atMs: number;
}

interface Known {
  readonly task: NaiveTask;
  state: 'waiting' | 'queued' | 'running';
  dueMs: number;
  /** When it came to wait, among all. */
  sequence: number;
  startMs: number;
  endMs: number;
  endsInFailure: boolean;
  slackMs: number | undefined;
  againMs: number | undefined;
  failuresInRow: number;
  isCancelled: boolean;
  successor: NaiveTask | undefined;
}

interface NaiveLane {
  readonly createdMs: number;
  chargedMs: number;
  /** Something happened that may let one of its tasks start. */
  isTouched: boolean;
}

const deadShareMax = 0.1;

/**
 * The scheduler as its table of meanings tells it, with no queue at all: at each instant it looks at every
 * task again. Times are virtual milliseconds from `startWallMs`; jitter is drawn as 0.
 */
export class NaiveScheduler {
  readonly starts: Start[] = [];
  readonly #startWallMs: number;
  readonly #known = new Map<string, Known>();
  readonly #lanes = new Map<string, NaiveLane>();
  readonly #runs = new Map<string, number>();
  #nowMs = 0;
  #sequence = 0;
  #isDraining = false;

  constructor(startWallMs: number) {
    this.#startWallMs = startWallMs;
  }

  advanceTo(untilMs: number): void {
    this.#settle();
    for (;;) {
      const nextMs = Math.min(...[...this.#known.values()].map((known) => this.#nextMs(known)));
      if (nextMs > untilMs) break;
      this.#nowMs = Math.max(nextMs, this.#nowMs);
      this.#settle();
    }
    this.#nowMs = untilMs;
  }

  submit(task: NaiveTask): void {
    const known = this.#known.get(task.name);
    if (known === undefined) this.#add(task);
    else if (known.isCancelled) known.successor ??= task;
    else if (known.state === 'running') known.againMs ??= this.#nowMs;
  }

  reschedule(name: string, dueMs: number): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    if (known.state === 'running') {
      known.againMs = dueMs;
      return;
    }
    known.dueMs = dueMs;
    this.#wait(known);
    this.#touch(known.task);
  }

  hold(name: string, slackMs: number | undefined): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    known.slackMs = slackMs;
    if (known.state === 'queued') this.#wait(known);
    this.#touch(known.task);
  }

  cancel(name: string): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    known.successor = undefined;
    if (known.state === 'running') {
      known.isCancelled = true;
      if (!known.task.isDeaf) known.endMs = this.#nowMs;
      return;
    }
    this.#known.delete(name);
    this.#touch(known.task);
  }

  /** The names of those that will still run after twice the time. */
  drain(timeoutMs: number): string[] {
    this.#isDraining = true;
    return [...this.#known.values()]
      .filter((known) => known.state === 'running' && known.task.isDeaf)
      .filter((known) => known.endMs > this.#nowMs + 2 * timeoutMs)
      .map((known) => known.task.name);
  }

  #add(task: NaiveTask): void {
    if (task.lane !== undefined && !this.#lanes.has(task.lane)) {
      this.#lanes.set(task.lane, { createdMs: this.#nowMs, chargedMs: 0, isTouched: false });
    }
    let dueMs = this.#nowMs;
    if (task.delayMs !== undefined) dueMs += task.delayMs;
    else if (task.periodMs !== undefined) dueMs = this.#beatAfter(this.#nowMs, task.periodMs, task.offsetMs);
    const known: Known = {
      task,
      state: 'waiting',
      dueMs,
      sequence: 0,
      startMs: -Infinity,
      endMs: Infinity,
      endsInFailure: false,
      slackMs: undefined,
      againMs: undefined,
      failuresInRow: 0,
      isCancelled: false,
      successor: undefined,
    };
    this.#known.set(task.name, known);
    this.#wait(known);
  }

  #wait(known: Known): void {
    known.state = 'waiting';
    known.sequence = this.#sequence;
    this.#sequence += 1;
  }

  #nextMs(known: Known): number {
    if (known.state === 'running') return known.endMs;
    return known.state === 'waiting' && !this.#isDraining ? known.dueMs : Infinity;
  }

  #settle(): void {
    for (;;) {
      const ended = [...this.#known.values()].find(
        (known) => known.state === 'running' && known.endMs <= this.#nowMs,
      );
      if (ended !== undefined) {
        this.#end(ended);
        continue;
      }
      if (this.#isDraining) return;
      for (const known of this.#known.values()) {
        if (known.state === 'waiting' && known.dueMs <= this.#nowMs) {
          known.state = 'queued';
          this.#touch(known.task);
        }
      }
      const next = this.#nextToStart();
      if (next === undefined) return;
      this.#start(next);
    }
  }

  #nextToStart(): Known | undefined {
    for (const known of this.#known.values()) {
      if (known.state === 'queued' && known.task.lane === undefined) return known;
    }
    for (const [name, lane] of this.#lanes) {
      if (!lane.isTouched) continue;
      lane.isTouched = false;
      const members = [...this.#known.values()].filter((known) => known.task.lane === name);
      if (members.some((known) => known.state === 'running')) continue;
      const next = this.#nextOfLane(lane, members);
      if (next !== undefined) return next;
    }
    return undefined;
  }

  #nextOfLane(lane: NaiveLane, members: readonly Known[]): Known | undefined {
    const queued = members.filter((known) => known.state === 'queued');
    const free = queued.filter((known) => known.slackMs === undefined);
    const others = members.filter((known) => known.slackMs === undefined);
    if (free.length > 0) return first(free, (known) => [rank(known), known.dueMs, known.sequence]);
    const waiting = others.filter((known) => known.state === 'waiting');
    const gapMs = Math.min(...waiting.map((known) => known.dueMs)) - this.#nowMs;
    const byDue = (known: Known): Order => [known.dueMs, rank(known), known.sequence];
    const fitting = queued.filter((known) => gapMs > (known.slackMs ?? 0));
    if (fitting.length > 0) return first(fitting, byDue);
    const longestMs = Math.max(0, ...others.map((known) => known.task.periodMs ?? 0));
    const budgetMs = (this.#nowMs - Math.max(lane.createdMs, lane.chargedMs)) * deadShareMax;
    const allowed = queued.filter(
      (known) => this.#nowMs - known.dueMs >= 2 * longestMs && (known.slackMs ?? 0) <= budgetMs,
    );
    const probe = first(allowed, byDue);
    if (probe !== undefined) lane.chargedMs = this.#nowMs;
    return probe;
  }

  #start(known: Known): void {
    const { task } = known;
    this.starts.push({ task: task.name, atMs: this.#nowMs });
    const runs = (this.#runs.get(task.name) ?? 0) + 1;
    this.#runs.set(task.name, runs);
    const isCutOff = !task.isDeaf && task.runMs > task.deadlineMs;
    known.state = 'running';
    known.againMs = undefined;
    known.startMs = this.#nowMs;
    known.endMs = this.#nowMs + (isCutOff ? task.deadlineMs : task.runMs);
    known.endsInFailure = isCutOff || (task.failEvery > 0 && runs % task.failEvery === 0);
  }

  #end(known: Known): void {
    const { task } = known;
    const hasFailed = known.endsInFailure;
    this.#touch(task);
    if (!known.isCancelled) known.failuresInRow = hasFailed ? known.failuresInRow + 1 : 0;
    const isOver = task.periodMs === undefined && !hasFailed && known.againMs === undefined;
    if (known.isCancelled || isOver) {
      this.#known.delete(task.name);
      if (known.successor !== undefined && !this.#isDraining) this.#add(known.successor);
      return;
    }
    this.#wait(known);
    known.dueMs = known.againMs ?? this.#comesAgainMs(known, hasFailed);
  }

  #comesAgainMs({ task, dueMs, startMs, failuresInRow }: Known, hasFailed: boolean): number {
    const { periodMs, offsetMs } = task;
    const backoff = task.backoff ?? (periodMs === undefined ? { firstMs: 1_000, maxMs: 300_000 } : undefined);
    let earliestMs = this.#nowMs;
    if (hasFailed && backoff !== undefined) {
      earliestMs += Math.min(backoff.maxMs, backoff.firstMs * 2 ** (failuresInRow - 1)) / 2;
    }
    if (periodMs === undefined) return earliestMs;
    // A run that was due less than a millisecond before a beat was for that beat.
    let beatMs = this.#beatAfter(dueMs + 1, periodMs, offsetMs);
    while (beatMs < earliestMs || beatMs <= startMs) beatMs += periodMs;
    return beatMs;
  }

  #beatAfter(afterMs: number, periodMs: number, offsetMs: number): number {
    const sinceBeatMs = (this.#startWallMs + afterMs - offsetMs) % periodMs;
    return afterMs - sinceBeatMs + periodMs;
  }

  #touch({ lane }: NaiveTask): void {
    const touched = lane === undefined ? undefined : this.#lanes.get(lane);
    if (touched !== undefined) touched.isTouched = true;
  }
}

function rank(known: Known): number {
  return taskPriorities.indexOf(known.task.priority);
}

type Order = readonly [number, number, number];

function first(all: readonly Known[], order: (known: Known) => Order): Known | undefined {
  return [...all].sort((left, right) => {
    const [a, b] = [order(left), order(right)];
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  })[0];
}
