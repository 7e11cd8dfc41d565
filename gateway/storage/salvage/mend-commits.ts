import { chainStart, commitHash } from '../commit-chain.ts';
import type { Connection } from '../connection.ts';
import { decodeCommit } from '../staged-codec.ts';
import { spanOf, stagedCheck, type StagedRow } from '../staged-log.ts';

/** No machine runs for thirty years: times beyond are on the wall clock. */
const steadyMsMax = 1e12;

interface Link {
  readonly commit: number;
  readonly hash: Buffer | null;
}

export interface MendedCommits {
  /** Rows that were dropped. */
  readonly dropped: number;
  /** The numbers of those whose readings are lost with them. */
  readonly disproved: readonly number[];
}

/**
 * Commits that the chain disproves are dropped. A commit is proved by its own hash, or, when that is what was
 * damaged, by the next one's; then what its row says of its bytes is set right by them. Where the chain is cut, a
 * commit stays that is as its row says.
 */
export function mendCommits(connection: Connection): MendedCommits {
  const rows = connection
    .prepare<[], StagedRow>(
      `SELECT commit_number AS "commit", boot, sequence, count, min_ms AS minMs, max_ms AS maxMs,
         offset_ms AS offsetMs, is_estimated AS isEstimated, body, hash, crc
       FROM staged ORDER BY commit_number`,
    )
    .all();
  const packedHash = connection
    .prepare<[number], Buffer | null>('SELECT hash FROM packed_commit WHERE commit_number = ?')
    .pluck();
  const update = connection.prepare(
    `UPDATE staged SET count = $count, min_ms = $minMs, max_ms = $maxMs, offset_ms = $offsetMs,
       is_estimated = $isEstimated, hash = $hash, crc = $crc
     WHERE commit_number = $commit`,
  );
  const drop = connection.prepare('DELETE FROM staged WHERE commit_number = ?');
  const disproved: number[] = [];
  let dropped = 0;
  let before: Link | undefined;
  for (const [index, row] of rows.entries()) {
    const { commit, hash } = row;
    const link =
      before?.commit === commit - 1 ? before.hash : (packedHash.get(commit - 1) ?? firstLink(commit));
    if (link === null && isOfAnotherNumber(row, rows)) {
      drop.run(commit);
      dropped += 1;
      continue;
    }
    const proved = provedHash(row, link, rows[index + 1]);
    before = { commit, hash: proved ?? hash };
    const mended = asPlaced(row, proved === undefined ? row : asItsBytes(row));
    if (proved === null || (proved === undefined && !isAsItsBytes(row))) {
      drop.run(commit);
      dropped += 1;
      disproved.push(commit);
      before = { commit, hash };
    } else {
      update.run({ ...mended, commit, hash: before.hash });
    }
  }
  return { dropped, disproved };
}

/** Whether the chain goes on with this commit elsewhere: then its number was damaged, and it may be packed. */
function isOfAnotherNumber({ body, hash }: StagedRow, rows: readonly StagedRow[]): boolean {
  return (
    hash !== null &&
    rows.some((row) => row.hash !== null && commitHash(row.hash, row.commit + 1, body).equals(hash))
  );
}

function firstLink(commit: number): Buffer | null {
  return commit === 1 ? chainStart : null;
}

/** The hash that the commit is proved by; null when it is disproved, undefined when the chain tells nothing. */
function provedHash(
  { commit, body, hash }: StagedRow,
  link: Buffer | null,
  next: StagedRow | undefined,
): Buffer | null | undefined {
  if (link === null || hash === null) return undefined;
  const computed = commitHash(link, commit, body);
  if (computed.equals(hash)) return computed;
  const isNextProof =
    next?.commit === commit + 1 &&
    next.hash !== null &&
    commitHash(computed, next.commit, next.body).equals(next.hash);
  return isNextProof ? computed : null;
}

function isAsItsBytes(row: StagedRow): boolean {
  const { count, minMs, maxMs } = asItsBytes(row);
  return count === row.count && minMs === row.minMs && maxMs === row.maxMs;
}

/** Of times that all differ from the bytes by the same, the offset was damaged; otherwise the span of the row. */
function asItsBytes(row: StagedRow): Pick<StagedRow, 'count' | 'minMs' | 'maxMs' | 'offsetMs'> {
  const { atMs } = decodeCommit(row.body);
  const span = spanOf(atMs);
  const isShifted = row.minMs - span.minMs === row.maxMs - span.maxMs;
  const hasTimes = row.offsetMs !== null || row.maxMs > steadyMsMax;
  const offsetMs = hasTimes && isShifted ? row.minMs - span.minMs : row.offsetMs;
  const shift = offsetMs ?? 0;
  return { count: atMs.length, minMs: span.minMs + shift, maxMs: span.maxMs + shift, offsetMs };
}

type Mended = Pick<StagedRow, 'count' | 'minMs' | 'maxMs' | 'offsetMs' | 'isEstimated' | 'crc'>;

/**
 * Whether its times are estimates is what fits the check that it has; where none does, as the row says. Times that
 * were never added to are none.
 */
function asPlaced(row: StagedRow, span: Pick<StagedRow, 'count' | 'minMs' | 'maxMs' | 'offsetMs'>): Mended {
  const { count, minMs, maxMs, offsetMs } = span;
  const wasAddedTo = offsetMs !== null && offsetMs !== 0;
  const fits = ([0, 1] as const).find(
    (isEstimated) => stagedCheck({ ...row, offsetMs, isEstimated }) === row.crc,
  );
  const isEstimated = wasAddedTo ? (fits ?? row.isEstimated) : 0;
  const crc = stagedCheck({ ...row, offsetMs, isEstimated });
  return { count, minMs, maxMs, offsetMs, isEstimated, crc };
}
