import type { StoredRun } from '../../storage/job-calls.ts';

/** Why a job waits that has run already, for people. */
export function wordsOfRetry({
  attempt,
  outcome,
  exitCode,
}: Pick<StoredRun, 'attempt' | 'outcome' | 'exitCode'>): string {
  const how = outcome === 'failed' && exitCode !== null ? `exit code ${exitCode}` : outcome;
  return `is tried again: run ${attempt} ended badly (${how})`;
}
