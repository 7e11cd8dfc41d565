/** A copy of the database that is kept beside it. */
export interface KeptFile {
  /** Its name in its folder. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** When it was written, UTC epoch ms. */
  readonly writtenMs: number;
}

export interface BackupRequest {
  /** The folder, absolute or seen from the data directory; `backups` when absent. */
  readonly directory?: string;
  /** A plain name without a folder; of the time when absent. */
  readonly name?: string;
  readonly nowMs: number;
  /** Of those with a name of the time only so many stay, the newest. */
  readonly keep: number;
}

export interface BackupReport extends KeptFile {
  /** All that were ever acknowledged when it was made. */
  readonly readings: number;
  readonly commits: number;
  /** The newest reading in it, UTC epoch ms. */
  readonly newestMs: number | null;
  /** Older ones that were removed for it. */
  readonly removed: readonly string[];
}

/**
 * The database written anew into a second file, which then takes its place. `vacuum`: with all there is, and without
 * its free pages. `rotate`: as if all before `cutMs` had been pruned, and the whole old file kept as an archive.
 */
export interface RewritePlan {
  readonly kind: 'vacuum' | 'rotate';
  /** Tells one rewriting from the next. */
  readonly number: number;
  /** Raw readings and minutes from there on come along; null: all. */
  readonly cutMs: number | null;
  /** Where the old file goes, seen from the data directory; null: it is removed. */
  readonly keepAs: string | null;
}

export interface RewriteCopy {
  /** Readings that did not come along. */
  readonly leftBehind: number;
  readonly bytes: number;
}

export interface RebuildReport {
  readonly windows: number;
  /** Where to go on; absent at the end. */
  readonly nextFromMs?: number;
}

/**
 * Looking after the database's files. Errors besides those of the store: `disk_full` when there is not enough room
 * for the copy (nothing is left behind then), `storage_busy` when a rewriting is under way or was interrupted.
 */
export interface UpkeepCalls {
  /**
   * A whole, checked copy of all that is committed. Takes long, in a thread of its own beside the one that commits.
   * Errors: `already_exists`, and `input_invalid` for the name.
   */
  writeBackup(request: BackupRequest): BackupReport;
  /** Newest first. */
  listBackups(directory?: string): readonly KeptFile[];
  /** Newest first. */
  listArchives(): readonly KeptFile[];
  /**
   * Begins to note what changes, so that a copy made meanwhile can be completed. Until `finishRewrite` or
   * `cancelRewrite` nothing is packed, pruned or deleted to make room; a write that finds no room gives it up. Errors: `input_invalid` when there is nothing to rotate away.
   */
  beginRewrite(kind: RewritePlan['kind'], nowMs: number): RewritePlan;
  /** Copies what the plan takes along into the second file. Takes long, like `writeBackup`. */
  copyForRewrite(plan: RewritePlan): RewriteCopy;
  /**
   * Brings the second file up to date, in bounded steps while `remaining`; the last one puts it in place, for good or
   * not at all, and opens it.
   */
  finishRewrite(plan: RewritePlan, copy: RewriteCopy, nowMs: number): { readonly remaining: boolean };
  /** Gives up what `beginRewrite` began; nothing when nothing is under way. */
  cancelRewrite(): void;
  /**
   * Notes the windows of the range to be computed anew, as far as what they are made of is there; others stay as
   * they are. Bounded per call. `rollUp` then computes them, and what is read meanwhile is computed on the spot.
   */
  rebuildWindows(fromMs: number, toMs: number): RebuildReport;
}
