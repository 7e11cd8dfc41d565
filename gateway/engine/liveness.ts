import type { TaskEntry } from './task-entry.ts';

/** A periodic task that does not do its work. */
export interface LivenessBreach {
  readonly task: string;
  /** `late`: did not start; `stuck`: did not return after its deadline; `broken`: fails by a bug. */
  readonly kind: 'late' | 'stuck' | 'broken';
  /** How long past what its contract allows. */
  readonly overdueMs: number;
}

/** Time a run has to return after its signal fired, and a due task to start beyond its own period. */
const graceMs = 5_000;

/** Runs in a row that end in an error which is no operating error: a bug, not the outside. */
const brokenRunsMin = 3;

/**
 * The contract of every periodic task: it ran, and returned or timed out, by its deadline. A device that
 * does not answer is no breach: its task returns and says so, and while it is held it owes nothing.
 */
export function livenessBreaches(entries: readonly TaskEntry[], nowMs: number): LivenessBreach[] {
  const breaches: LivenessBreach[] = [];
  for (const entry of entries) {
    const breach = breachOf(entry, nowMs);
    if (breach !== undefined) breaches.push(breach);
  }
  return breaches;
}

function breachOf(entry: TaskEntry, nowMs: number): LivenessBreach | undefined {
  const { periodMs, deadlineMs, name } = entry.definition;
  // What is suspended owes nothing; when it comes back it may show that it is well again.
  if (periodMs === undefined || entry.state === 'suspended') return undefined;
  if (entry.bugsInRow >= brokenRunsMin) return { task: name, kind: 'broken', overdueMs: 0 };
  if (entry.state === 'running') {
    const overdueMs = nowMs - (entry.startedMs + deadlineMs + graceMs);
    return overdueMs > 0 ? { task: name, kind: 'stuck', overdueMs } : undefined;
  }
  if (entry.state !== 'waiting' && entry.state !== 'ready') return undefined;
  const overdueMs = nowMs - (entry.dueMs + Math.max(periodMs, graceMs) + deadlineMs);
  return overdueMs > 0 ? { task: name, kind: 'late', overdueMs } : undefined;
}
