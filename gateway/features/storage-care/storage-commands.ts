import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { byteCount, closed, instant, nullable } from '../schema.ts';
import type { StorePort } from '../store-port.ts';

export interface StoragePorts {
  readonly store: StorePort<'databaseStatus'>;
}

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
  }),
  http: { method: 'GET', path: '/api/v1/storage' },
  cli: { verb: 'db status' },
  run: async ({ store }: StoragePorts) => {
    const status = await store.call('databaseStatus');
    const { path, schemaVersion, epoch, commits, readings } = status;
    const { fileBytes, walBytes, synchronous, oldestMs, newestMs } = status;
    return {
      path,
      schemaVersion,
      epoch,
      commits,
      readings,
      fileBytes,
      walBytes,
      synchronous,
      oldestMs,
      newestMs,
    };
  },
});

export const storageCommands = [storageStatus] as const;

/** The commands of the database. */
export function bindStorageCommands(ports: StoragePorts): readonly BoundCommand[] {
  return [bindCommand(storageStatus, ports)];
}
