import type { Config } from './config/config.ts';
import type { Clock } from './core/clock.ts';
import type { StorageMedium } from './core/storage-medium.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
import { commitPending, commitReadings, type CommitPorts } from './features/harvest/commit-readings.ts';
import type { LatestReadings } from './features/harvest/latest-readings.ts';
import type { ReadingBuffer } from './features/harvest/reading-buffer.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import { bindStorageCommands } from './features/storage-care/storage-commands.ts';
import { retentionOf, storageCare } from './features/storage-care/storage-care.ts';
import { WriteCost } from './features/storage-care/write-cost.ts';
import type { Database } from './storage/store-calls.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly database: Database;
  readonly medium?: StorageMedium;
  /** Random, new at each start. */
  readonly bootId: string;
}

interface Waiting {
  readonly buffer: ReadingBuffer;
  readonly latest: LatestReadings;
}

/** Committing what was read and looking after the database, put together. */
export interface StorageKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: readonly HealthSource[];
  readonly commands: readonly BoundCommand[];
  /** Commits what still waits. Errors: those of the store. */
  commitAll(): Promise<void>;
}

export function createStorageKeeping(parts: Parts, { buffer, latest }: Waiting): StorageKeeping {
  const { config, clock, database, bootId, medium } = parts;
  const { policy, card } = config.storage;
  const writeCost = new WriteCost(
    { clock, store: database, ...(medium && { medium }) },
    { policy, ...card },
  );
  const commit: CommitPorts = { store: writeCost.counting(database), buffer, latest, bootId };
  return {
    tasks: [
      commitReadings(policy, commit),
      ...storageCare(retentionOf(config.storage.retention), { clock, store: database }),
      ...writeCost.tasks(),
    ],
    health: [],
    commands: bindStorageCommands({ store: database, writeFacts: () => writeCost.facts() }),
    commitAll: async () => {
      await commitPending(commit);
      await writeCost.save();
    },
  };
}
