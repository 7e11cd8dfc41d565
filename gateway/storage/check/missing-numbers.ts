import type { Connection } from '../connection.ts';
import { MarkStore } from '../mark-store.ts';

/** A commit that is known; its times while it waits for packing. */
export interface CommitSpan {
  readonly commit: number;
  readonly isStaged: boolean;
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
  return connection
    .prepare<[], Omit<CommitSpan, 'isStaged'> & { readonly isStaged: number }>(
      `SELECT commit_number AS "commit", 1 AS isStaged, min_ms AS minMs, max_ms AS maxMs FROM staged
       UNION ALL SELECT commit_number, 0, NULL, NULL FROM packed_commit ORDER BY 1`,
    )
    .all()
    .map((row) => ({ ...row, isStaged: row.isStaged === 1 }));
}

/**
 * Commits are numbered without a gap. What is missing between packed ones is an append's key alone; what is missing
 * beside one that waits for packing, or beyond all that were packed, are readings.
 */
export function missingNumbers(connection: Connection): readonly MissingNumbers[] {
  const packedTo = new MarkStore(connection).number('packed_to_commit');
  const missing: MissingNumbers[] = [];
  let before: CommitSpan | undefined;
  for (const after of commitSpans(connection)) {
    const from = before === undefined ? packedTo + 1 : before.commit + 1;
    const isOfReadings = before?.isStaged === true || after.isStaged;
    if (after.commit > from && isOfReadings) missing.push({ from, to: after.commit - 1, before, after });
    before = after;
  }
  return missing;
}
