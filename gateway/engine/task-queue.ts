import type { Clock, MonotonicMs } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Lane } from './lane.ts';
import { SlotHeap } from './slot-heap.ts';
import { TaskEntry } from './task-entry.ts';
import type { TaskDefinition } from './task.ts';

/**
 * Every task, by name, and in three queues: those that wait, by (due, priority, sequence); those that are
 * ready, by (priority, due, sequence); and the deadlines of those that run. A ready task of a lane stands
 * in its lane's queue until the lane grants it.
 */
export class TaskQueue {
  readonly #byName = new Map<string, TaskEntry>();
  readonly #bySlot: (TaskEntry | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  readonly #waiting = new SlotHeap();
  readonly #ready = new SlotHeap();
  readonly #deadlines = new SlotHeap();
  #sequence = 0;

  get size(): number {
    return this.#byName.size;
  }

  get readyCount(): number {
    return this.#ready.size;
  }

  find(name: string): TaskEntry | undefined {
    return this.#byName.get(name);
  }

  entries(): TaskEntry[] {
    return [...this.#byName.values()];
  }

  add(definition: TaskDefinition, dueMs: MonotonicMs, ports: { clock: Clock; logger: Logger }): TaskEntry {
    const slot = this.#freeSlots.pop() ?? this.#bySlot.length;
    const entry = new TaskEntry(definition, slot, dueMs, ports);
    this.#bySlot[slot] = entry;
    this.#byName.set(definition.name, entry);
    return entry;
  }

  /** Puts a task that stands in no queue among those that wait. */
  wait(entry: TaskEntry): void {
    entry.state = 'waiting';
    entry.sequence = this.#sequence;
    this.#sequence += 1;
    this.#waiting.push(entry.slot, entry.dueMs, entry.rank, entry.sequence);
  }

  /** Takes a task that does not run out of every queue. */
  withdraw(entry: TaskEntry): void {
    this.#waiting.remove(entry.slot);
    this.#ready.remove(entry.slot);
    entry.definition.lane?.withdraw(entry);
  }

  forget(entry: TaskEntry): void {
    this.withdraw(entry);
    entry.definition.lane?.leave(entry);
    entry.state = 'gone';
    this.#byName.delete(entry.name);
    this.#bySlot[entry.slot] = undefined;
    this.#freeSlots.push(entry.slot);
  }

  /** Moves what is due among the ready, or into the queue of its lane. */
  collectDue(nowMs: MonotonicMs): void {
    const lanes = new Set<Lane>();
    while (this.#waiting.peekFirst() <= nowMs) {
      const entry = this.#bySlot[this.#waiting.pop() ?? 0];
      if (entry === undefined) continue;
      const { lane } = entry.definition;
      if (lane === undefined) {
        this.#makeReady(entry);
      } else {
        lane.enqueue(entry);
        lanes.add(lane);
      }
    }
    for (const lane of lanes) this.pumpLane(lane, nowMs);
  }

  /** Lets the lane grant itself to the most urgent of its tasks, if it is free. */
  pumpLane(lane: Lane, nowMs: MonotonicMs): void {
    const change = lane.grant(nowMs);
    if (change === undefined) return;
    if (change.revoked !== undefined) this.#ready.remove(change.revoked.slot);
    if (change.entry !== undefined) this.#makeReady(change.entry);
  }

  takeReady(): TaskEntry | undefined {
    const slot = this.#ready.pop();
    return slot === undefined ? undefined : this.#bySlot[slot];
  }

  watchDeadline(entry: TaskEntry, atMs: number): void {
    this.#deadlines.push(entry.slot, atMs, entry.rank, entry.sequence);
  }

  unwatchDeadline(entry: TaskEntry): void {
    this.#deadlines.remove(entry.slot);
  }

  /** A running task whose deadline has passed, once. */
  takeExpired(nowMs: MonotonicMs): TaskEntry | undefined {
    if (this.#deadlines.peekFirst() > nowMs) return undefined;
    return this.#bySlot[this.#deadlines.pop() ?? 0];
  }

  /** When something will be due or run out of time; Infinity when nothing will. */
  nextWakeMs(): number {
    return Math.min(this.#waiting.peekFirst(), this.#deadlines.peekFirst());
  }

  /** When something that runs will run out of time; Infinity when nothing will. */
  nextDeadlineMs(): number {
    return this.#deadlines.peekFirst();
  }

  #makeReady(entry: TaskEntry): void {
    entry.state = 'ready';
    this.#ready.push(entry.slot, entry.rank, entry.dueMs, entry.sequence);
  }
}
