// Made by scripts/make-client.mjs from what the commands declare.
type StorageStatusInput = Record<string, never>;

interface StorageStatusOutput {
  path: string;
  schemaVersion: number;
  /** One database file; a new number when history was replaced */
  epoch: number;
  commits: number;
  readings: number;
  fileBytes: number;
  /** Of the write-ahead log */
  walBytes: number;
  /** full: what is acknowledged survives a power cut */
  synchronous: string;
  oldestMs: number | null;
  newestMs: number | null;
  /** Read, and waiting for their commit */
  pendingReadings: number;
  mode: 'ok' | 'full' | 'read_only' | 'failing';
  /** Spans of which readings are known to be missing */
  gaps: number;
  /** How many that are, as far as it is known */
  gapReadings: number;
  /** What the database may take */
  quotaBytes: number;
  /** Of the quota */
  usedBytes: number;
  /** On the disk */
  freeBytes: number | null;
  /** Kept to be given away when the disk is full */
  ballastBytes: number;
  /** When the newest backup in its folder was written */
  lastBackupMs: number | null;
  /** The last time that all of it was read and compared */
  checkedMs: number | null;
  /** What that check found damaged */
  damage: string | null;
  /** When a damaged file was salvaged, until it is acknowledged */
  salvagedMs: number | null;
  /** Lost by that damage, as far as it is known */
  missingReadings: number | null;
  /** What the damaged file is called now */
  damagedFile: string | null;
  /** Bytes given to the block device; empty until 15 minutes have been measured */
  written: {
    /** The last hour, the last day, or all that was measured */
    over: 'hour' | 'day' | 'ever';
    measuredMs: number;
    perDayBytes: number;
    perReadingBytes: number | null;
  }[];
  card: {
    sizeBytes: number | null;
    writesPerCell: number;
    /** Bytes that the card writes for each that it is given */
    writeAmplification: number;
    /** Until the card has been written as often as it can bear */
    lifeYears: number | null;
  };
  policies: {
    policy: 'durable' | 'balanced' | 'sdcard';
    active: boolean;
    /** Readings that a power cut can cost; never energy that is counted */
    losesAtMostMs: number;
    /** What these readings would have written */
    perDayBytes: number | null;
    /** Until the card has been written as often as it can bear */
    cardLifeYears: number | null;
  }[];
}

type StorageBackupsInput = Record<string, never>;

interface StorageBackupsOutput {
  files: {
    /** archive: what a rotation put away */
    kind: 'backup' | 'archive';
    writtenMs: number;
    bytes: number;
    path: string;
  }[];
}

export interface StorageOperations {
  /** The database: how much there is, from when to when, and what it takes. Needs the scope read. */
  'storage.status': { input: StorageStatusInput; output: StorageStatusOutput };
  /** The backups and the archives of the database, newest first. Needs the scope admin. */
  'storage.backups': { input: StorageBackupsInput; output: StorageBackupsOutput };
}
