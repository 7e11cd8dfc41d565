import type { Config } from './config/config.ts';
import type { Logger } from './core/logger.ts';
import type { StorageMedium } from './core/storage-medium.ts';
import type { TaskDefinition } from './engine/task.ts';
import { boilerRetention } from './features/boiler/boiler-retention.ts';
import { boilerSection, boilerSettings } from './features/boiler/boiler-section.ts';
import type { BoundCommand } from './features/command.ts';
import { countEnergy, type CountEnergyPorts } from './features/energy/count-energy.ts';
import { bindEnergyCommands } from './features/energy/energy-commands.ts';
import { commitPending, commitReadings, type CommitPorts } from './features/harvest/commit-readings.ts';
import type { LatestReadings } from './features/harvest/latest-readings.ts';
import type { ReadingBuffer } from './features/harvest/reading-buffer.ts';
import { HistoryIntake } from './features/imports/history-intake.ts';
import { bindImportCommands } from './features/imports/import-commands.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import { isOfDevice } from './features/series-owner.ts';
import { DatabaseUpkeep } from './features/storage-care/database-upkeep.ts';
import { bindCheckCommands } from './features/storage-care/check-commands.ts';
import { bindStorageCommands } from './features/storage-care/storage-commands.ts';
import { rawMsMaxOf, retentionOf, storageCare } from './features/storage-care/storage-care.ts';
import { StorageCheck } from './features/storage-care/storage-check.ts';
import { bindUpkeepCommands } from './features/storage-care/upkeep-commands.ts';
import { StorageWatch } from './features/storage-care/storage-watch.ts';
import { WriteCost } from './features/storage-care/write-cost.ts';
import { ClockCare } from './features/timekeeping/clock-care.ts';
import { bindClockCommands } from './features/timekeeping/clock-commands.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Database, DatabaseRoom, Retention } from './storage/store-calls.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Timekeeper;
  readonly logger: Logger;
  readonly database: Database;
  readonly medium?: StorageMedium;
  /** Random, new at each start. */
  readonly bootId: string;
}

interface Waiting {
  readonly buffer: ReadingBuffer;
  readonly latest: LatestReadings;
  readonly fleet: { readonly counterRules: CountEnergyPorts['rulesOf'] };
}

/** Committing what was read and looking after the database, put together. */
export interface StorageKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: readonly HealthSource[];
  readonly commands: readonly BoundCommand[];
  /** How much the database takes, as it was seen last; undefined before that. */
  room(): DatabaseRoom | undefined;
  /** Whether there may be readings that have not been given their times. */
  isPlacing(): boolean;
  /** What the last run knew; before anything is read. Errors: those of the store. */
  restore(): Promise<void>;
  /** Commits what still waits. Errors: those of the store. */
  commitAll(): Promise<void>;
}

export function createStorageKeeping(parts: Parts, { buffer, latest, fleet }: Waiting): StorageKeeping {
  const { config, clock, logger, database, bootId, medium } = parts;
  const { policy, card } = config.storage;
  const writeCost = new WriteCost({ clock, store: database, ...(medium && { medium }) }, { policy, ...card });
  const watch = new StorageWatch({ clock, logger, store: database });
  const commit: CommitPorts = {
    store: watch.watching(writeCost.counting(database)),
    gaps: database,
    ...{ clock, buffer, latest, bootId },
    timeline: clock.timeline,
  };
  const clockCare = new ClockCare(
    {
      time: clock,
      logger,
      store: database,
      waiting: buffer,
      placed: (offsetMs) => latest.placeTimes(offsetMs),
    },
    config.site.clock === 'always',
  );
  const energy = countEnergy({
    clock,
    store: database,
    rulesOf: (device, quantity) => fleet.counterRules(device, quantity),
  });
  const upkeep = new DatabaseUpkeep({ clock, store: database }, config.storage.backup);
  const retention = keptHistory(config);
  const intake = new HistoryIntake({ clock, store: database, rawMsMax: rawMsMaxOf(retention) });
  const check = new StorageCheck({ clock, logger, store: database });
  return {
    tasks: [
      energy,
      clockCare.watch(),
      watch.task(),
      commitReadings(policy, commit),
      ...storageCare(retention, { clock, store: database }),
      ...writeCost.tasks(),
      ...upkeep.tasks(),
      ...check.tasks(),
    ],
    health: [() => watch.notes(), () => clockCare.notes(), () => upkeep.notes(), () => check.notes()],
    commands: [
      ...bindStorageCommands({
        store: database,
        writeFacts: () => writeCost.facts(),
        pendingReadings: () => buffer.size,
        check,
        upkeep,
      }),
      ...bindUpkeepCommands({ clock, upkeep }),
      ...bindCheckCommands({ check }),
      ...bindImportCommands({ intake }),
      ...bindClockCommands({ time: clock }),
      ...bindEnergyCommands({ clock, store: database, zone: config.site.zone }),
    ],
    room: () => watch.room,
    isPlacing: () => clockCare.isPlacing,
    restore: async () => {
      await clockCare.start();
      await latest.restore(database, (device) => isRead(device, config));
    },
    commitAll: async () => {
      await commitPending(commit);
      await writeCost.save();
    },
  };
}

function keptHistory({ storage, features }: Config): Retention {
  return retentionOf(boilerRetention(storage.retention, boilerSettings(features[boilerSection.key])));
}

function isRead(device: string, { devices, sources }: Config): boolean {
  return [...devices, ...sources].some(({ id }) => isOfDevice(device, id));
}
