import { Type } from 'typebox';
import { commitPolicies } from '../../core/commit-policy.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { byteCount, closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import type { DatabaseUpkeep } from './database-upkeep.ts';
import type { StorageCheck } from './storage-check.ts';
import type { WriteFacts } from './write-cost.ts';

export interface StoragePorts {
  readonly store: StorePort<'databaseStatus'>;
  readonly writeFacts: () => WriteFacts;
  /** Readings that wait for their commit. */
  readonly pendingReadings: () => number;
  readonly check: Pick<StorageCheck, 'last' | 'salvage'>;
  readonly upkeep: Pick<DatabaseUpkeep, 'lastBackupMs'>;
}

const years = nullable(
  Type.Number({ description: 'Until the card has been written as often as it can bear' }),
);
const writeFacts = {
  written: Type.Array(
    closed({
      over: oneOf(['hour', 'day', 'ever'], {
        description: 'The last hour, the last day, or all that was measured',
      }),
      measuredMs: duration(),
      perDayBytes: byteCount(),
      perReadingBytes: nullable(byteCount()),
    }),
    { description: 'Bytes given to the block device; empty until 15 minutes have been measured' },
  ),
  card: closed({
    sizeBytes: nullable(byteCount()),
    writesPerCell: Type.Integer(),
    writeAmplification: Type.Number({ description: 'Bytes that the card writes for each that it is given' }),
    lifeYears: years,
  }),
  policies: Type.Array(
    closed({
      policy: oneOf(commitPolicies),
      active: Type.Boolean(),
      losesAtMostMs: duration({
        description: 'Readings that a power cut can cost; never energy that is counted',
      }),
      perDayBytes: nullable(byteCount({ description: 'What these readings would have written' })),
      cardLifeYears: years,
    }),
  ),
};

const storageStatus = defineCommand({
  id: 'storage.status',
  summary: 'The database: how much there is, from when to when, and what it takes',
  scope: 'read',
  input: closed({}),
  output: closed({
    path: Type.String(),
    schemaVersion: Type.Integer(),
    epoch: Type.Integer({ description: 'One database file; a new number when history was replaced' }),
    commits: Type.Integer(),
    readings: Type.Integer(),
    fileBytes: byteCount(),
    walBytes: byteCount({ description: 'Of the write-ahead log' }),
    synchronous: Type.String({ description: 'full: what is acknowledged survives a power cut' }),
    oldestMs: nullable(instant()),
    newestMs: nullable(instant()),
    pendingReadings: Type.Integer({ description: 'Read, and waiting for their commit' }),
    mode: oneOf(['ok', 'full', 'read_only', 'failing']),
    gaps: Type.Integer({ description: 'Spans of which readings are known to be missing' }),
    gapReadings: Type.Integer({ description: 'How many that are, as far as it is known' }),
    quotaBytes: byteCount({ description: 'What the database may take' }),
    usedBytes: byteCount({ description: 'Of the quota' }),
    freeBytes: nullable(byteCount({ description: 'On the disk' })),
    ballastBytes: byteCount({ description: 'Kept to be given away when the disk is full' }),
    lastBackupMs: nullable(instant({ description: 'When the newest backup in its folder was written' })),
    checkedMs: nullable(instant({ description: 'The last time that all of it was read and compared' })),
    damage: nullable(Type.String({ description: 'What that check found damaged' })),
    salvagedMs: nullable(
      instant({ description: 'When a damaged file was salvaged, until it is acknowledged' }),
    ),
    missingReadings: nullable(Type.Integer({ description: 'Lost by that damage, as far as it is known' })),
    damagedFile: nullable(Type.String({ description: 'What the damaged file is called now' })),
    ...writeFacts,
  }),
  http: { method: 'GET', path: '/api/v1/storage' },
  cli: { verb: 'db status' },
  run: async ({ store, writeFacts: facts, pendingReadings, check, upkeep }: StoragePorts) => {
    const last = await check.last();
    const salvage = await check.salvage();
    return {
      ...(await store.call('databaseStatus')),
      pendingReadings: pendingReadings(),
      lastBackupMs: await upkeep.lastBackupMs(),
      checkedMs: last?.atMs ?? null,
      damage: last?.damage ?? null,
      salvagedMs: salvage?.atMs ?? null,
      missingReadings: salvage?.missingReadings ?? null,
      damagedFile: salvage?.keptAs ?? null,
      ...facts(),
    };
  },
});

export const storageCommands = [storageStatus] as const;

/** The commands of the database. */
export function bindStorageCommands(ports: StoragePorts): readonly BoundCommand[] {
  return [bindCommand(storageStatus, ports)];
}
