import assert from 'node:assert';
import { SlotHeap } from './slot-heap.ts';
import type { TaskEntry } from './task-entry.ts';

export interface LaneOptions {
  /** Of all time, the share that probes of dead devices may take where there is no slack: 0 to 1. */
  readonly deadShareMax?: number;
}

/** Who may start now, and who may not any more. */
export interface GrantChange {
  readonly entry: TaskEntry | undefined;
  readonly revoked: TaskEntry | undefined;
}

/** What can be told of a lane. */
export interface LaneReport {
  readonly name: string;
  readonly running: string | undefined;
  readonly waiting: number;
  readonly held: number;
  readonly runs: number;
  /** Share of the time since it was made in which a task held it: 0 to 1. */
  readonly utilisation: number;
  /** Share of the time spent on probes outside its slack: 0 to 1. */
  readonly deadShare: number;
}

/**
 * A thing that serves one request at a time: a serial line, a connection, a host with a rate limit. Its
 * tasks queue by (priority, due, sequence) and never overlap.
 *
 * A task that is *held* (it probes a device that does not answer) runs only when nothing waits and the gap
 * to the next beat of the others is longer than the time it may take, so the others do not slip. Where such
 * a gap never comes, it may run all the same once it has waited for two of the lane's longest periods, at
 * most `deadShareMax` of the time.
 */
export class Lane {
  readonly name: string;
  readonly #deadShareMax: number;
  readonly #waiting = new SlotHeap();
  readonly #held = new Set<TaskEntry>();
  readonly #members = new Set<TaskEntry>();
  readonly #bySlot = new Map<number, TaskEntry>();
  /** Granted the lane, not started yet. */
  #granted: TaskEntry | undefined;
  /** Charged to the dead share when the granted task starts: it is a probe where there was no slack. */
  #grantChargeMs = 0;
  #running: TaskEntry | undefined;
  #runs = 0;
  #busyMs = 0;
  #createdMs: number | undefined;
  #deadMs = 0;
  #deadChargedMs = 0;

  constructor(name: string, options: LaneOptions = {}) {
    this.name = name;
    this.#deadShareMax = options.deadShareMax ?? 0.1;
    assert(
      this.#deadShareMax >= 0 && this.#deadShareMax <= 1,
      `the dead share of lane ${name} is not in 0..1`,
    );
  }

  join(entry: TaskEntry, nowMs: number): void {
    this.#createdMs ??= nowMs;
    this.#members.add(entry);
    this.#bySlot.set(entry.slot, entry);
  }

  leave(entry: TaskEntry): void {
    this.withdraw(entry);
    this.#members.delete(entry);
    this.#bySlot.delete(entry.slot);
  }

  /** Puts a due task in the queue. */
  enqueue(entry: TaskEntry): void {
    if (entry.slackMs === undefined) this.#waiting.push(entry.slot, entry.rank, entry.dueMs, entry.sequence);
    else this.#held.add(entry);
    entry.state = entry.slackMs === undefined ? 'ready' : 'held';
  }

  /** Takes a task that has not started out of the queue. */
  withdraw(entry: TaskEntry): void {
    this.#waiting.remove(entry.slot);
    this.#held.delete(entry);
    if (this.#granted === entry) this.#granted = undefined;
  }

  /**
   * Decides anew which task may start: undefined when nothing changes. A grant that has not started is
   * given up when a more urgent task has come, or when the gap that a probe was granted is gone; `revoked`
   * is then that former grant, in the queue again.
   */
  grant(nowMs: number): GrantChange | undefined {
    if (this.#running !== undefined) return undefined;
    const former = this.#granted;
    if (former !== undefined) this.enqueue(former);
    const next = this.#take(nowMs);
    this.#granted = next;
    if (next !== former) return { entry: next, revoked: former };
    if (former !== undefined) former.state = 'ready';
    return undefined;
  }

  begin(entry: TaskEntry): void {
    assert(this.#running === undefined, `lane ${this.name} is held by ${this.#running?.name ?? ''}`);
    assert(this.#granted === entry, `task ${entry.name} was not granted lane ${this.name}`);
    this.#granted = undefined;
    this.#running = entry;
    this.#runs += 1;
    if (this.#grantChargeMs > 0) {
      this.#deadChargedMs = entry.startedMs;
      this.#deadMs += this.#grantChargeMs;
      this.#grantChargeMs = 0;
    }
  }

  end(entry: TaskEntry, nowMs: number): void {
    assert(this.#running === entry, `task ${entry.name} does not hold lane ${this.name}`);
    this.#running = undefined;
    this.#busyMs += nowMs - entry.startedMs;
  }

  report(nowMs: number): LaneReport {
    const sinceMs = Math.max(1, nowMs - (this.#createdMs ?? nowMs));
    return {
      name: this.name,
      running: this.#running?.name,
      waiting: this.#waiting.size,
      held: this.#held.size,
      runs: this.#runs,
      utilisation: this.#busyMs / sinceMs,
      deadShare: this.#deadMs / sinceMs,
    };
  }

  #take(nowMs: number): TaskEntry | undefined {
    this.#grantChargeMs = 0;
    const waiting = this.#waiting.pop();
    if (waiting !== undefined) return this.#bySlot.get(waiting);
    return this.#held.size === 0 ? undefined : this.#takeProbe(nowMs);
  }

  /** The first of the held tasks that fits into the gap, or else the first that may run without one. */
  #takeProbe(nowMs: number): TaskEntry | undefined {
    const gapMs = this.#gapMs(nowMs);
    const held = [...this.#held].sort(byDue);
    const fitting = held.find((entry) => (entry.slackMs ?? 0) < gapMs);
    const probe = fitting ?? held.find((entry) => this.#mayDoWithoutSlack(entry, nowMs));
    if (probe === undefined) return undefined;
    this.#grantChargeMs = fitting === undefined ? (probe.slackMs ?? 0) : 0;
    this.#held.delete(probe);
    return probe;
  }

  #mayDoWithoutSlack(entry: TaskEntry, nowMs: number): boolean {
    if (nowMs - entry.dueMs < 2 * this.#longestPeriodMs()) return false;
    const elapsedMs = nowMs - Math.max(this.#createdMs ?? nowMs, this.#deadChargedMs);
    return (entry.slackMs ?? 0) <= elapsedMs * this.#deadShareMax;
  }

  /** Until the next beat of a task that is not held. */
  #gapMs(nowMs: number): number {
    let nextMs = Infinity;
    for (const member of this.#members) {
      if (member.slackMs === undefined && member.state === 'waiting') nextMs = Math.min(nextMs, member.dueMs);
    }
    return nextMs - nowMs;
  }

  #longestPeriodMs(): number {
    let longestMs = 0;
    for (const member of this.#members) {
      if (member.slackMs === undefined) longestMs = Math.max(longestMs, member.definition.periodMs ?? 0);
    }
    return longestMs;
  }
}

function byDue(left: TaskEntry, right: TaskEntry): number {
  return left.dueMs - right.dueMs || left.rank - right.rank || left.sequence - right.sequence;
}
