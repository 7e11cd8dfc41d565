// Made by scripts/make-client.mjs from what the commands declare.
interface StorageBackupInput {
  /** A plain name, such as before-the-move; such backups stay until somebody deletes them */
  name?: string;
}

interface StorageBackupOutput {
  path: string;
  bytes: number;
  /** All that were ever stored when it was made */
  readings: number;
  /** The newest reading in it */
  newestMs: number | null;
  /** Older backups that were removed for it */
  removed: string[];
}

type StorageVacuumInput = Record<string, never>;

interface StorageVacuumOutput {
  beforeBytes: number;
  afterBytes: number;
}

type StorageRotateInput = Record<string, never>;

interface StorageRotateOutput {
  /** Where the archive is; it is read-only */
  archive: string;
  archiveBytes: number;
  /** Of the database that it goes on with */
  fileBytes: number;
}

interface StorageRebuildInput {
  /** Where it begins: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from: string;
  /** Where it ends; now when absent */
  to?: string;
}

interface StorageRebuildOutput {
  /** Hours of minutes, hours and days computed anew */
  windows: number;
}

type StorageCheckInput = Record<string, never>;

interface StorageCheckOutput {
  /** When the check ended */
  atMs: number;
  /** Rows that were read; damage is an error of the code database_unreadable */
  rows: number;
}

type StorageAcknowledgeInput = Record<string, never>;

interface StorageAcknowledgeOutput {
  /** false: there was no such message */
  acknowledged: boolean;
}

export interface StorageChangesOperations {
  /** Write a checked copy of the database, while readings go on being stored. Needs the scope admin. */
  'storage.backup': { input: StorageBackupInput; output: StorageBackupOutput };
  /** Give what the database no longer uses back to the file system, while readings go on being stored. Needs the scope admin. */
  'storage.vacuum': { input: StorageVacuumInput; output: StorageVacuumOutput };
  /** Put the database away as an archive, and go on in a small one with the last two days and all hours. Needs the scope admin. */
  'storage.rotate': { input: StorageRotateInput; output: StorageRotateOutput };
  /** Compute minutes, hours, days and energy of a range anew from the readings that are still there. Needs the scope admin. */
  'storage.rebuild': { input: StorageRebuildInput; output: StorageRebuildOutput };
  /** Read all that is stored and compare it with its checks, while the gateway goes on. Needs the scope admin. */
  'storage.check': { input: StorageCheckInput; output: StorageCheckOutput };
  /** End the message that a damaged database was salvaged. Needs the scope admin. */
  'storage.acknowledge': { input: StorageAcknowledgeInput; output: StorageAcknowledgeOutput };
}
