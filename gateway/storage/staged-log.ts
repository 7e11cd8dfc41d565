import assert from 'node:assert';
import { limits } from '../core/limits.ts';
import type { Interval } from '../core/interval.ts';
import { qualityCode } from '../core/quality.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import { damagedBlob } from './byte-reader.ts';
import { CommitChain, commitHash } from './commit-chain.ts';
import type { Connection } from './connection.ts';
import type { MarkStore } from './mark-store.ts';
import { rowCheck } from './row-check.ts';
import { decodeCommit, encodeCommit } from './staged-codec.ts';

/** A commit in the log. */
export interface StagedCommit {
  readonly commit: number;
  readonly boot: number;
  readonly sequence: number;
  readonly count: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Added to the times in its bytes; null while those are monotonic ones, and it is not to be read. */
  readonly offsetMs: number | null;
  /** 1: its offset is a guess, and its good values are estimated ones. */
  readonly isEstimated: 0 | 1;
}

/** As it stands in the file. */
export interface StagedRow extends StagedCommit {
  readonly body: Buffer;
  readonly hash: Buffer | null;
  readonly crc: number | null;
}

export type ReadingVisitor = (series: SeriesId, atMs: number, value: number, quality: number) => void;

const columns = `commit_number AS "commit", boot, sequence, count, min_ms AS minMs, max_ms AS maxMs,
  offset_ms AS offsetMs, is_estimated AS isEstimated`;
const good = qualityCode('good');
const estimated = qualityCode('estimated');
const toCommitMark = 'packed_to_commit';
const toMsMark = 'packed_to_ms';
const readingsMark = 'packed_readings';
/** What is packed leaves the log when so much of it has gathered: an hour, but no more than a start reads quickly. */
const gatheredMs = 3_600_000;
const gatheredCommitsMax = 720;
const gatheredReadingsMax = 160_000;
/** What is held back beyond that: about a day, and what a start still reads in seconds. */
const heldCommitsMax = 10_000;
const heldReadingsMax = 2_000_000;

/**
 * The log that commits are appended to: one row each. Its index is kept in memory, and so are the newest
 * commits themselves, so that rolling up and packing decode nothing twice.
 *
 * What is packed is one rectangle: the readings before `packedToMs` of the commits up to `packedToCommit`.
 * What is packed is no longer seen here, though commits leave the log together, about once an hour: taking each out
 * as it is packed would write several pages every time, and until then they tell what came after the last time that
 * the newest readings were written down.
 */
export class StagedLog {
  readonly #insert;
  readonly #row;
  readonly #remove;
  readonly #place;
  readonly #chain: CommitChain;
  /** The hashes that stand before the commits that were here at the start. */
  readonly #befores: ReadonlyMap<number, Buffer>;
  #commits: StagedCommit[];
  readonly #decoded = new Map<number, ReadingBatch>();
  #decodedReadings = 0;

  readonly #marks: MarkStore;
  #packedToCommit: number;
  #packedToMs: number;
  #heldAfter = Infinity;

  /** Errors: `database_unreadable`. */
  constructor(connection: Connection, marks: MarkStore) {
    this.#marks = marks;
    this.#packedToCommit = marks.number(toCommitMark);
    this.#packedToMs = marks.number(toMsMark);
    this.#chain = new CommitChain(connection);
    this.#befores = this.#chain.befores();
    this.#insert = connection.prepare<StagedRow>(
      `INSERT INTO staged (commit_number, boot, sequence, count, min_ms, max_ms, offset_ms, body, hash, crc)
       VALUES ($commit, $boot, $sequence, $count, $minMs, $maxMs, $offsetMs, $body, $hash, $crc)`,
    );
    this.#row = connection.prepare<[number], StagedRow>(
      `SELECT ${columns}, CAST(body AS BLOB) AS body, CAST(hash AS BLOB) AS hash, crc FROM staged WHERE commit_number = ?`,
    );
    this.#remove = connection.prepare(
      'DELETE FROM staged WHERE commit_number <= ? AND max_ms < ? AND offset_ms IS NOT NULL',
    );
    this.#place = connection.prepare<Pick<StagedRow, 'commit' | 'offsetMs' | 'isEstimated' | 'crc'>>(
      `UPDATE staged SET offset_ms = $offsetMs, is_estimated = $isEstimated, crc = $crc,
         min_ms = min_ms + $offsetMs, max_ms = max_ms + $offsetMs
       WHERE commit_number = $commit AND offset_ms IS NULL`,
    );
    this.#commits = connection
      .prepare<[], StagedCommit>(`SELECT ${columns} FROM staged ORDER BY commit_number`)
      .all();
  }

  /** In the order of their numbers. */
  get commits(): readonly StagedCommit[] {
    return this.#commits;
  }

  get packedToCommit(): number {
    return this.#packedToCommit;
  }

  get packedToMs(): number {
    return this.#packedToMs;
  }

  /** All readings there ever were, packed ones too. */
  get readings(): number {
    const packed = this.#marks.number(readingsMark);
    return this.#commits.reduce((sum, staged) => (this.#isPacked(staged) ? sum : sum + staged.count), packed);
  }

  /** Errors are the connection's, which is then given up, and the chain with it. */
  append(staged: StagedCommit, batch: ReadingBatch): void {
    const body = encodeCommit(batch);
    const hash = this.#chain.next(staged.commit, body);
    this.#insert.run({ ...staged, body, hash, crc: stagedCheck(staged) });
    this.#chain.follow(hash);
    this.#commits.push(staged);
    this.#keep(staged.commit, batch);
  }

  /** Gives a commit its times, once. It must not be packed: packing stops before the first without. */
  place(commit: number, offsetMs: number, isEstimated: 0 | 1): ReadingBatch {
    const at = this.#indexOf(commit);
    const waiting = this.#commits[at];
    assert(waiting?.commit === commit && waiting.offsetMs === null, `commit ${commit} waits for its times`);
    const [minMs, maxMs] = [waiting.minMs + offsetMs, waiting.maxMs + offsetMs];
    const placed = { ...waiting, offsetMs, isEstimated, minMs, maxMs };
    this.#place.run({ commit, offsetMs, isEstimated, crc: stagedCheck(placed) });
    this.#commits[at] = placed;
    this.#forget(commit);
    const batch = this.batch(commit);
    this.#keep(commit, batch);
    return batch;
  }

  /** Its readings. Errors: `database_unreadable` when the stored bytes are not what was committed. */
  batch(commit: number): ReadingBatch {
    const kept = this.#decoded.get(commit);
    if (kept !== undefined) return kept;
    const row = this.#row.get(commit);
    if (row === undefined) throw damagedBlob(`commit ${commit} is gone`);
    return checkedBatch(row, this.#befores.get(commit));
  }

  /** Every reading of the interval that is not packed, in the order they arrived. */
  each(interval: Interval, visit: ReadingVisitor, toCommit = Infinity): void {
    for (const staged of this.#commits) {
      if (staged.commit > toCommit) return;
      if (staged.offsetMs === null) continue;
      const startMs = this.#unpackedFromMs(staged, interval.startMs);
      if (staged.maxMs < startMs || staged.minMs >= interval.endMs) continue;
      visitBatch(this.batch(staged.commit), { startMs, endMs: interval.endMs }, visit);
    }
  }

  /** Readings that are here and in no block. */
  get unpackedReadings(): number {
    let readings = 0;
    for (const staged of this.#commits) {
      if (this.#isPacked(staged)) continue;
      if (staged.commit > this.#packedToCommit || staged.offsetMs === null) readings += staged.count;
      else {
        const { atMs } = this.batch(staged.commit);
        readings += atMs.reduce((count, time) => count + (time >= this.#packedToMs ? 1 : 0), 0);
      }
    }
    return readings;
  }

  oldestMs(): number | null {
    let oldestMs = Infinity;
    this.each({ startMs: -Infinity, endMs: Infinity }, (_, atMs) => (oldestMs = Math.min(oldestMs, atMs)));
    return Number.isFinite(oldestMs) ? oldestMs : null;
  }

  /** To be called in the transaction that packed them: neither limit may go back. */
  markPacked(toCommit: number, toMs: number): void {
    const before = this.readings;
    this.#packedToCommit = toCommit;
    this.#packedToMs = toMs;
    this.#marks.putNumber(readingsMark, this.#marks.number(readingsMark) + before - this.readings);
    this.#marks.putNumber(toCommitMark, toCommit);
    this.#marks.putNumber(toMsMark, toMs);
    for (const staged of this.#commits) if (this.#isPacked(staged)) this.#forget(staged.commit);
  }

  /** Commits after that one stay, packed or not, but for the oldest when there are too many. */
  hold(afterCommit: number): void {
    this.#heldAfter = afterCommit;
  }

  /** The last commit that may leave the log, once all of it is packed. */
  get leavesToCommit(): number {
    return Math.min(this.#packedToCommit, Math.max(this.#heldAfter, this.#crowdedOutTo()));
  }

  /** Of what is held there is too much up to that commit. */
  #crowdedOutTo(): number {
    let readings = 0;
    for (let at = this.#commits.length - 1; at >= 0; at -= 1) {
      const { commit, count } = this.#commits[at] ?? { commit: 0, count: 0 };
      if (commit <= this.#heldAfter) return 0;
      readings += count;
      if (this.#commits.length - at > heldCommitsMax || readings > heldReadingsMax) return commit;
    }
    return 0;
  }

  /** Whether so much that is packed has gathered that it should leave. */
  get isFull(): boolean {
    const toCommit = this.leavesToCommit;
    let commits = 0;
    let readings = 0;
    let oldestMs = Infinity;
    for (const staged of this.#commits) {
      if (staged.commit > toCommit || !this.#isPacked(staged)) continue;
      commits += 1;
      readings += staged.count;
      oldestMs = Math.min(oldestMs, staged.maxMs);
    }
    return (
      commits > gatheredCommitsMax ||
      readings > gatheredReadingsMax ||
      oldestMs < this.#packedToMs - gatheredMs
    );
  }

  /** Takes out the commits of which all is packed. In the transaction that keeps what they alone still told. */
  removePacked(): void {
    const toCommit = this.leavesToCommit;
    this.#remove.run(toCommit, this.#packedToMs);
    this.#commits = this.#commits.filter((staged) => staged.commit > toCommit || !this.#isPacked(staged));
  }

  /** Whether all of it is packed. */
  #isPacked({ commit, maxMs, offsetMs }: StagedCommit): boolean {
    return commit <= this.#packedToCommit && maxMs < this.#packedToMs && offsetMs !== null;
  }

  /** Of the first commit with that number or a higher one. */
  #indexOf(commit: number): number {
    let low = 0;
    let high = this.#commits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#commits[middle]?.commit ?? Infinity) < commit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #unpackedFromMs({ commit }: StagedCommit, fromMs: number): number {
    return commit <= this.#packedToCommit ? Math.max(fromMs, this.#packedToMs) : fromMs;
  }

  #keep(commit: number, batch: ReadingBatch): void {
    this.#decoded.set(commit, batch);
    this.#decodedReadings += batch.series.length;
    for (const oldest of this.#decoded.keys()) {
      if (this.#decodedReadings <= limits.decodedReadingsMax) return;
      this.#forget(oldest);
    }
  }

  #forget(commit: number): void {
    this.#decodedReadings -= this.#decoded.get(commit)?.series.length ?? 0;
    this.#decoded.delete(commit);
  }
}

/** The check over what the chain does not cover of a commit: whose it is, and where it was placed in time. */
export function stagedCheck(
  staged: Pick<StagedCommit, 'commit' | 'boot' | 'sequence' | 'offsetMs' | 'isEstimated'>,
): number {
  const { commit, boot, sequence, offsetMs, isEstimated } = staged;
  return rowCheck('staged', [commit, boot, sequence, offsetMs, isEstimated]);
}

/** What the row's bytes say, once the chain and the row have confirmed it. */
function checkedBatch(row: StagedRow, before: Buffer | undefined): ReadingBatch {
  const { commit, body, hash, crc, count, minMs, maxMs, offsetMs, isEstimated } = row;
  const isAsCommitted =
    hash === null || before === undefined || commitHash(before, commit, body).equals(hash);
  if (!isAsCommitted || crc !== stagedCheck(row))
    throw damagedBlob(`commit ${commit} is not what was committed`);
  const batch = decodeCommit(body);
  if (offsetMs !== null && offsetMs !== 0)
    batch.atMs.forEach((atMs, at) => (batch.atMs[at] = atMs + offsetMs));
  if (isEstimated === 1)
    batch.quality.forEach((code, at) => (batch.quality[at] = code === good ? estimated : code));
  const span = spanOf(batch.atMs);
  if (batch.series.length !== count || span.minMs !== minMs || span.maxMs !== maxMs)
    throw damagedBlob(`commit ${commit} does not hold what its row says`);
  return batch;
}

/** The first and the last time of a batch. */
export function spanOf(times: Float64Array): { minMs: number; maxMs: number } {
  let minMs = Infinity;
  let maxMs = -Infinity;
  for (const atMs of times) {
    if (atMs < minMs) minMs = atMs;
    if (atMs > maxMs) maxMs = atMs;
  }
  return { minMs, maxMs };
}

function visitBatch(
  { series, atMs, value, quality }: ReadingBatch,
  { startMs, endMs }: Interval,
  visit: ReadingVisitor,
): void {
  for (let index = 0; index < series.length; index += 1) {
    const time = atMs[index] ?? NaN;
    if (time < startMs || time >= endMs) continue;
    visit(series[index] ?? 0, time, value[index] ?? NaN, quality[index] ?? 0);
  }
}
