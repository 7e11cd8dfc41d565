import { limits } from '../core/limits.ts';
import type { Interval } from '../core/interval.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import type { MarkStore } from './mark-store.ts';
import { decodeCommit, encodeCommit } from './staged-codec.ts';

/** A commit that waits for packing. */
export interface StagedCommit {
  readonly commit: number;
  readonly boot: number;
  readonly sequence: number;
  readonly count: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export type ReadingVisitor = (series: SeriesId, atMs: number, value: number, quality: number) => void;

const toCommitMark = 'packed_to_commit';
const toMsMark = 'packed_to_ms';
const readingsMark = 'packed_readings';

/**
 * The log that commits are appended to: one row each. Its index is kept in memory, and so are the newest
 * commits themselves, so that rolling up and packing decode nothing twice.
 *
 * What is packed is one rectangle: the readings before `packedToMs` of the commits up to `packedToCommit`.
 * A commit stays in the log until all of it is packed; its packed part is then no longer seen here.
 */
export class StagedLog {
  readonly #insert;
  readonly #body;
  readonly #remove;
  #commits: StagedCommit[];
  readonly #decoded = new Map<number, ReadingBatch>();
  #decodedReadings = 0;

  readonly #marks: MarkStore;
  #packedToCommit: number;
  #packedToMs: number;

  constructor(connection: Connection, marks: MarkStore) {
    this.#marks = marks;
    this.#packedToCommit = marks.number(toCommitMark);
    this.#packedToMs = marks.number(toMsMark);
    this.#insert = connection.prepare<StagedCommit & { readonly body: Buffer }>(
      `INSERT INTO staged (commit_number, boot, sequence, count, min_ms, max_ms, body)
       VALUES ($commit, $boot, $sequence, $count, $minMs, $maxMs, $body)`,
    );
    this.#body = connection
      .prepare<[number], Buffer>('SELECT body FROM staged WHERE commit_number = ?')
      .pluck();
    this.#remove = connection.prepare('DELETE FROM staged WHERE commit_number <= ? AND max_ms < ?');
    this.#commits = connection
      .prepare<[], StagedCommit>(
        `SELECT commit_number AS "commit", boot, sequence, count, min_ms AS minMs, max_ms AS maxMs
         FROM staged ORDER BY commit_number`,
      )
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
    return this.#commits.reduce((sum, { count }) => sum + count, this.#marks.number(readingsMark));
  }

  append(staged: StagedCommit, batch: ReadingBatch): void {
    this.#insert.run({ ...staged, body: encodeCommit(batch) });
    this.#commits.push(staged);
    this.#keep(staged.commit, batch);
  }

  batch(commit: number): ReadingBatch {
    const kept = this.#decoded.get(commit);
    if (kept !== undefined) return kept;
    const body = this.#body.get(commit);
    return decodeCommit(body ?? new Uint8Array());
  }

  /** Every reading of the interval that is not packed, in the order they arrived. */
  each(interval: Interval, visit: ReadingVisitor, toCommit = Infinity): void {
    for (const staged of this.#commits) {
      if (staged.commit > toCommit) return;
      const startMs = this.#unpackedFromMs(staged, interval.startMs);
      if (staged.maxMs < startMs || staged.minMs >= interval.endMs) continue;
      visitBatch(this.batch(staged.commit), { startMs, endMs: interval.endMs }, visit);
    }
  }

  oldestMs(): number | null {
    let oldestMs = Infinity;
    this.each({ startMs: -Infinity, endMs: Infinity }, (_, atMs) => (oldestMs = Math.min(oldestMs, atMs)));
    return Number.isFinite(oldestMs) ? oldestMs : null;
  }

  /** To be called in the transaction that packed them: neither limit may go back. */
  markPacked(toCommit: number, toMs: number): void {
    const before = this.readings;
    this.#remove.run(toCommit, toMs);
    this.#commits = this.#commits.filter(({ commit, maxMs }) => {
      const stays = commit > toCommit || maxMs >= toMs;
      if (!stays) this.#forget(commit);
      return stays;
    });
    this.#packedToCommit = toCommit;
    this.#packedToMs = toMs;
    this.#marks.putNumber(toCommitMark, toCommit);
    this.#marks.putNumber(toMsMark, toMs);
    this.#marks.putNumber(readingsMark, this.#marks.number(readingsMark) + before - this.readings);
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
