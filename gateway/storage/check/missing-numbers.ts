import { limits } from '../../core/limits.ts';
import type { Connection } from '../connection.ts';
import { MarkStore } from '../mark-store.ts';

/** A commit that is known; its times while it is in the log. */
export interface CommitSpan {
  readonly commit: number;
  /** Whether some of its readings are in no block. */
  readonly isWaiting: boolean;
  readonly minMs: number | null;
  readonly maxMs: number | null;
}

/** Numbers of commits that should wait for packing, and are not there. */
export interface MissingNumbers {
  readonly from: number;
  readonly to: number;
  readonly before: CommitSpan | undefined;
  readonly after: CommitSpan;
}

export function commitSpans(connection: Connection): readonly CommitSpan[] {
  const marks = new MarkStore(connection);
  return connection
    .prepare<[number, number], Omit<CommitSpan, 'isWaiting'> & { readonly isWaiting: number }>(
      `SELECT commit_number AS "commit", commit_number > ? OR max_ms >= ? OR offset_ms IS NULL AS isWaiting,
         min_ms AS minMs, max_ms AS maxMs FROM staged
       UNION ALL SELECT commit_number, 0, NULL, NULL FROM packed_commit ORDER BY 1`,
    )
    .all(marks.number('packed_to_commit'), marks.number('packed_to_ms'))
    .map((row) => ({ ...row, isWaiting: row.isWaiting === 1 }));
}

/**
 * Commits are numbered without a gap. Between packed ones an append's key is missing, and no reading; what is missing
 * beside one that waits for packing, or beyond all that have left the log, are readings.
 */
export function missingNumbers(connection: Connection): readonly MissingNumbers[] {
  const spans = commitSpans(connection);
  const leftTo = new MarkStore(connection).number('latest_to_commit');
  /** Of those that have left the log, older ones have no key any more. */
  const forgottenTo = Math.min(leftTo, (spans.at(-1)?.commit ?? 0) - limits.appendKeysMax);
  const missing: MissingNumbers[] = [];
  let before: CommitSpan | undefined;
  for (const after of spans) {
    const from = before === undefined ? leftTo + 1 : Math.max(before.commit, forgottenTo) + 1;
    const isOfReadings = before?.isWaiting === true || after.isWaiting;
    if (after.commit > from && isOfReadings) missing.push({ from, to: after.commit - 1, before, after });
    before = after;
  }
  return missing;
}
