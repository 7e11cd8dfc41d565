import type { ReadingStore } from '../reading-store.ts';
import type { StagedLog } from '../staged-log.ts';

/** Commits that have left the log before they were sealed. */
export interface LeftCommits {
  /** The last of them, and all readings that had been acknowledged up to it. */
  readonly commit: number;
  readonly commitReadings: number;
  /** Time of the first reading after them; null when that is not known. */
  readonly toMs: number | null;
}

/** undefined when all after that commit are still there. */
export function leftCommits({ log, lastCommit }: ReadingStore, sealedTo: number): LeftCommits | undefined {
  const next = log.commits.find(({ commit }) => commit > sealedTo);
  const commit = (next?.commit ?? lastCommit + 1) - 1;
  if (commit === sealedTo) return undefined;
  const toMs = next === undefined || next.offsetMs === null ? null : next.minMs;
  return { commit, commitReadings: readingsUpTo(log, commit), toMs };
}

/** All readings that had been acknowledged up to that commit, which must not be before what the log holds. */
export function readingsUpTo(log: StagedLog, commit: number): number {
  return log.commits.reduce(
    (sum, staged) => (staged.commit > commit ? sum - staged.count : sum),
    log.readings,
  );
}

/** Commits after that one, as far as they have their times. */
export function waitingCommits({ commits }: StagedLog, sealedTo: number): number {
  const waiting = commits.filter(({ commit }) => commit > sealedTo);
  const untimed = waiting.findIndex(({ offsetMs }) => offsetMs === null);
  return untimed < 0 ? waiting.length : untimed;
}
