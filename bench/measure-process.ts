import { readdirSync, readFileSync } from 'node:fs';
import { anonymousBytes } from './measure.ts';

/** What another process has cost so far. Linux only (proc(5)). */
export interface ProcessCost {
  readonly atMs: number;
  /** All threads that live, user and system, since their start. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly anonymousBytes: number;
}

export function costOf(pid: number): ProcessCost {
  const rss = /^Rss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return {
    atMs: performance.now(),
    cpuMs: threadsMs(pid),
    rssBytes: Number(rss?.[1]) * 1_024,
    anonymousBytes: anonymousBytes(pid),
  };
}

/** By the scheduler's own account, in nanoseconds: ticks are too coarse for what wakes by a timer. */
function threadsMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const each = threads.map((id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8'));
  return each.reduce((sum, line) => sum + Number.parseInt(line) / 1_000_000, 0);
}

/** Percent of one core between two looks. */
export function cpuPct(before: ProcessCost, after: ProcessCost): number {
  return (100 * (after.cpuMs - before.cpuMs)) / (after.atMs - before.atMs);
}
