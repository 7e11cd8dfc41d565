import { GatewayError } from '../core/errors.ts';
import { gridFloor } from '../core/interval.ts';
import { limits } from '../core/limits.ts';
import { qualities } from '../core/quality.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import { AppendKeys } from './append-keys.ts';
import { BlockStore, blockMs, type PrunedBlocks } from './block-store.ts';
import { BootTimelines } from './boot-timelines.ts';
import type { Connection } from './connection.ts';
import { LatestStore } from './latest-store.ts';
import type { MarkStore } from './mark-store.ts';
import type { Pruned } from './pruned.ts';
import { planPlacing, type PlacingGuess } from './plan-placing.ts';
import { RawReadings } from './raw-readings.ts';
import { ReadingColumn } from './reading-column.ts';
import type { SeriesStore } from './series-store.ts';
import { SealStore } from './seal-store.ts';
import { spanOf, StagedLog } from './staged-log.ts';
import type {
  AppendKey,
  CommitReceipt,
  LatestReading,
  Placed,
  Placing,
  ReadingAccount,
} from './store-calls.ts';
import { transact } from './transact.ts';

/** A window is packed when it ended so long ago, so that commits on their way come with it. */
const packingDelayMs = 60_000;
const packReadingsMax = 50_000;
/** Counts the readings that were deleted when their retention was over, or that are in an archive. */
export const prunedMark = 'pruned_readings';
/** The newest readings as they are written down hold all commits up to this one. */
const latestMark = 'latest_to_commit';
/** The end of the year 9999. */
const latestMs = 253_402_300_799_999;

/** Readings, and what their times count from when that is not 1970. */
export type TimedBatch = ReadingBatch & { readonly timeline?: string | undefined };

type BatchVisitor = (batch: ReadingBatch) => void;

export interface ReadingStoreParts {
  readonly connection: Connection;
  readonly marks: MarkStore;
  readonly series: SeriesStore;
}

/** Raw readings: appended to staging, packed into blocks, read as one. */
export class ReadingStore {
  readonly raw: RawReadings;
  readonly #parts: ReadingStoreParts;
  readonly #epoch: number;
  readonly #staged: StagedLog;
  readonly #blocks: BlockStore;
  readonly #keys: AppendKeys;
  readonly #timelines: BootTimelines;
  readonly #latest: LatestStore;
  readonly #seals: SealStore;

  constructor(parts: ReadingStoreParts) {
    const { connection, marks } = parts;
    this.#parts = parts;
    this.#epoch = marks.number('epoch');
    this.#staged = new StagedLog(connection, marks);
    this.#blocks = new BlockStore(connection);
    this.#keys = new AppendKeys(connection);
    this.#timelines = new BootTimelines(connection);
    this.#latest = new LatestStore(connection);
    this.#seals = new SealStore(connection);
    this.raw = new RawReadings({ staged: this.#staged, blocks: this.#blocks });
    const seenTo = marks.number(latestMark);
    for (const { commit, offsetMs } of this.#staged.commits) {
      if (commit > seenTo && offsetMs !== null) this.#latest.see(this.#staged.batch(commit));
    }
  }

  /**
   * Commits the batch; `also` runs in the same transaction. The same key again answers the first receipt.
   * With a timeline its times are steady ones, and it is kept without being read until they are placed.
   * Errors: `input_invalid` names the first reading that cannot be stored.
   */
  append(key: AppendKey, { timeline, ...batch }: TimedBatch, also: BatchVisitor): CommitReceipt {
    const epoch = this.#epoch;
    const stored = this.#keys.find(key);
    if (stored !== undefined) return { epoch, commit: stored.commit, count: stored.count };
    this.#check(key, batch);
    const commit = this.#keys.lastCommit + 1;
    const count = batch.series.length;
    transact(this.#parts.connection, () => {
      const boot = this.#keys.bootNumber(key.bootId);
      const row = { commit, boot, sequence: key.sequence, count };
      const offsetMs = timeline === undefined ? 0 : null;
      this.#staged.append({ ...row, ...spanOf(batch.atMs), offsetMs, isEstimated: 0 }, batch);
      this.#keys.remember(row);
      if (timeline === undefined) also(batch);
      else this.#timelines.note(boot, timeline);
    });
    if (timeline === undefined) this.#latest.see(batch);
    return { epoch, commit, count };
  }

  /** What waits for its times: `also` and `guessed` run in the same transaction. Bounded per call. */
  place(where: Placing, also: BatchVisitor, guessed: (guess: PlacingGuess) => void): Placed {
    const plan = planPlacing(this.#staged.commits, this.#timelines, where);
    if (plan.commits.length === 0) return plan.placed;
    transact(this.#parts.connection, () => {
      if (plan.guess !== undefined) guessed(plan.guess);
      for (const { commit } of plan.commits) {
        const batch = this.#staged.place(commit, plan.offsetMs, plan.isEstimated);
        also(batch);
        this.#latest.see(batch);
      }
    });
    return plan.placed;
  }

  /** Commits that are in the log; to be read only. */
  get log(): StagedLog {
    return this.#staged;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get lastCommit(): number {
    return this.#keys.lastCommit;
  }

  /** Start of the first packed window that ends after that time. */
  nextBlockMs(fromMs: number): number | undefined {
    return this.#blocks.nextStartMs(fromMs);
  }

  latest(): readonly LatestReading[] {
    return this.#latest.list();
  }

  status(): {
    epoch: number;
    commits: number;
    readings: number;
    oldestMs: number | null;
    newestMs: number | null;
  } {
    return {
      epoch: this.#epoch,
      commits: this.#keys.lastCommit,
      readings: this.#staged.readings,
      oldestMs: this.raw.oldestMs(),
      newestMs: this.#latest.newestMs,
    };
  }

  /** Packs the windows that ended a packing delay ago, of so many commits as one call may take. */
  pack(nowMs: number): { readonly readings: number; readonly remaining: boolean } {
    const toMs = Math.max(this.#staged.packedToMs, gridFloor(nowMs - packingDelayMs, blockMs));
    const toCommit = this.#packableCommit(toMs);
    const windows = this.#packable(toCommit, toMs);
    let readings = 0;
    if (windows.size > 0) {
      transact(this.#parts.connection, () => {
        readings = this.#writeBlocks(windows, toCommit);
        this.#staged.markPacked(toCommit, toMs);
        if (this.#staged.isFull) this.#removePacked();
      });
    }
    return { readings, remaining: toCommit < this.#keys.lastCommit && readings > 0 };
  }

  /** Deletes packed windows that start before `beforeMs`, a part of them a call, and counts their readings. */
  prune(beforeMs: number): Pruned {
    const { readings, ...pruned } = this.#blocks.prune(beforeMs);
    this.countPruned(readings);
    if (!pruned.remaining) this.#seals.prune(beforeMs);
    return pruned;
  }

  /** Of windows before `beforeMs` of which nothing is left. */
  pruneSeals(beforeMs: number): void {
    this.#seals.prune(Math.min(beforeMs, this.#blocks.nextStartMs(0) ?? Infinity));
  }

  /** In the transaction that deletes them. */
  countPruned(readings: number): void {
    const { marks } = this.#parts;
    if (readings > 0) marks.putNumber(prunedMark, marks.number(prunedMark) + readings);
  }

  /** Start of the oldest window that was packed since this was last asked; Infinity for none. */
  takeOldestPackedMs(): number {
    return this.#blocks.takeOldestAddedMs();
  }

  /** The same, of windows whose time has not come: the caller has to note the gap. */
  shed(beforeMs: number, rowsMax: number): PrunedBlocks & { readonly fromMs: number } {
    const fromMs = this.#blocks.nextStartMs(0) ?? beforeMs;
    const shed = this.#blocks.prune(beforeMs, rowsMax);
    if (shed.rows > 0) this.#seals.prune(shed.toMs);
    return { ...shed, fromMs };
  }

  /** Time of the newest reading there ever was. */
  get newestMs(): number | null {
    return this.#latest.newestMs;
  }

  /** Where every reading is, but for those that gaps tell of. */
  account(): Omit<ReadingAccount, 'missing'> {
    return {
      acknowledged: this.#staged.readings,
      staged: this.#staged.unpackedReadings,
      packed: this.#blocks.readings(),
      pruned: this.#parts.marks.number(prunedMark),
    };
  }

  /** The last commit that this call packs: whole commits, one at least. Those it has seen before are few. */
  #packableCommit(toMs: number): number {
    let readings = 0;
    let last = 0;
    for (const { commit, count, minMs, offsetMs } of this.#staged.commits) {
      // Its readings may come to lie anywhere, and what lies in the packed rectangle is in blocks.
      if (offsetMs === null) return last;
      if (commit > this.#staged.packedToCommit && minMs < toMs) readings += count;
      if (readings > packReadingsMax && last > 0) return last;
      last = commit;
    }
    return last;
  }

  #packable(toCommit: number, toMs: number): Map<number, Map<SeriesId, ReadingColumn>> {
    const windows = new Map<number, Map<SeriesId, ReadingColumn>>();
    const interval = { startMs: -Infinity, endMs: toMs };
    this.#staged.each(
      interval,
      (series, atMs, value, quality) => {
        const startMs = gridFloor(atMs, blockMs);
        let columns = windows.get(startMs);
        if (columns === undefined) windows.set(startMs, (columns = new Map<SeriesId, ReadingColumn>()));
        let column = columns.get(series);
        if (column === undefined) columns.set(series, (column = new ReadingColumn()));
        column.push(atMs, value, quality);
      },
      toCommit,
    );
    return windows;
  }

  /** All commits up to the packed one have their times, so none of them can change what is written down here. */
  #removePacked(): void {
    const { packedToCommit, packedToMs, leavesToCommit } = this.#staged;
    this.#keys.keepPacked(leavesToCommit, packedToMs);
    this.#latest.save();
    this.#parts.marks.putNumber(latestMark, packedToCommit);
    this.#staged.removePacked();
  }

  #writeBlocks(windows: ReadonlyMap<number, ReadonlyMap<SeriesId, ReadingColumn>>, toCommit: number): number {
    let readings = 0;
    for (const [startMs, columns] of [...windows].sort(([left], [right]) => left - right)) {
      const sealed: { series: SeriesId; body: Buffer }[] = [];
      let sealedReadings = 0;
      for (const [series, column] of [...columns].sort(([left], [right]) => left - right)) {
        sealed.push({ series, body: this.#blocks.add({ startMs, series, toCommit }, column) });
        sealedReadings += column.length;
      }
      this.#seals.add({ startMs, toCommit, readings: sealedReadings }, sealed);
      readings += sealedReadings;
    }
    return readings;
  }

  #check({ sequence }: AppendKey, batch: ReadingBatch): void {
    if (!Number.isSafeInteger(sequence) || sequence < 1) {
      throw invalid(`the sequence ${sequence} is not a whole number from 1 on`);
    }
    checkBatch(batch);
    for (const id of batch.series) this.#parts.series.assertKnown(id);
  }
}

function checkBatch({ series, atMs, value, quality }: ReadingBatch): void {
  const count = series.length;
  if (count < 1 || count > limits.commitReadingsMax) {
    throw invalid(`a commit has 1 to ${limits.commitReadingsMax} readings, not ${count}`);
  }
  if (atMs.length !== count || value.length !== count || quality.length !== count) {
    throw invalid(`the arrays have ${count}, ${atMs.length}, ${value.length} and ${quality.length} elements`);
  }
  for (const [index, time] of atMs.entries()) {
    if (Number.isInteger(time) && time >= 0 && time <= latestMs) continue;
    throw invalid(`reading ${index} has the time ${time}, not whole milliseconds from 1970 to 9999`);
  }
  const unknown = quality.findIndex((code) => code >= qualities.length);
  if (unknown >= 0) throw invalid(`reading ${unknown} has a quality that there is not`);
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `readings cannot be stored: ${why}`);
}
