import { Type } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import type { KeptFile } from '../../storage/store-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { byteCount, closed, instant, nullable, oneOf } from '../schema.ts';
import { instantForms, timeRange } from '../time-range.ts';
import type { DatabaseUpkeep } from './database-upkeep.ts';

export interface UpkeepCommandPorts {
  readonly clock: Clock;
  readonly upkeep: Pick<DatabaseUpkeep, 'backup' | 'backups' | 'archives' | 'vacuum' | 'rotate' | 'rebuild'>;
}

/** Copying a large database takes minutes on a slow card. */
const answerMsMax = 3_600_000;

const storageBackup = defineCommand({
  id: 'storage.backup',
  summary: 'Write a checked copy of the database, while readings go on being stored',
  scope: 'admin',
  input: closed({
    name: Type.Optional(
      Type.String({
        description: 'A plain name, such as before-the-move; such backups stay until somebody deletes them',
        minLength: 1,
        maxLength: 64,
      }),
    ),
  }),
  output: closed({
    path: Type.String(),
    bytes: byteCount(),
    readings: Type.Integer({ description: 'All that were ever stored when it was made' }),
    newestMs: nullable(instant({ description: 'The newest reading in it' })),
    removed: Type.Array(Type.String(), { description: 'Older backups that were removed for it' }),
  }),
  http: { method: 'POST', path: '/api/v1/storage/backup', status: 201, answerMsMax },
  cli: { verb: 'db backup', positionals: ['name'] },
  run: async ({ upkeep }: UpkeepCommandPorts, { name }) => {
    const { path, bytes, readings, newestMs, removed } = await upkeep.backup(name);
    return { path, bytes, readings, newestMs, removed: [...removed] };
  },
});

const storageBackups = defineCommand({
  id: 'storage.backups',
  summary: 'The backups and the archives of the database, newest first',
  scope: 'admin',
  input: closed({}),
  output: closed({
    files: Type.Array(
      closed({
        kind: oneOf(['backup', 'archive'], { description: 'archive: what a rotation put away' }),
        writtenMs: instant(),
        bytes: byteCount(),
        path: Type.String(),
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/storage/backups' },
  cli: { verb: 'db backups', list: 'files' },
  run: async ({ upkeep }: UpkeepCommandPorts) => {
    const listed = (kind: 'backup' | 'archive', files: readonly KeptFile[]) =>
      files.map(({ writtenMs, bytes, path }) => ({ kind, writtenMs, bytes, path }));
    const files = [
      ...listed('backup', await upkeep.backups()),
      ...listed('archive', await upkeep.archives()),
    ];
    return { files: files.sort((left, right) => right.writtenMs - left.writtenMs) };
  },
});

const storageVacuum = defineCommand({
  id: 'storage.vacuum',
  summary: 'Give what the database no longer uses back to the file system, while readings go on being stored',
  scope: 'admin',
  input: closed({}),
  output: closed({ beforeBytes: byteCount(), afterBytes: byteCount() }),
  http: { method: 'POST', path: '/api/v1/storage/vacuum', answerMsMax },
  cli: { verb: 'db vacuum' },
  run: async ({ upkeep }: UpkeepCommandPorts) => await upkeep.vacuum(),
});

const storageRotate = defineCommand({
  id: 'storage.rotate',
  summary:
    'Put the database away as an archive, and go on in a small one with the last two days and all hours',
  scope: 'admin',
  input: closed({}),
  output: closed({
    archive: Type.String({ description: 'Where the archive is; it is read-only' }),
    archiveBytes: byteCount(),
    fileBytes: byteCount({ description: 'Of the database that it goes on with' }),
  }),
  http: { method: 'POST', path: '/api/v1/storage/rotate', answerMsMax },
  cli: { verb: 'db rotate' },
  run: async ({ upkeep }: UpkeepCommandPorts) => {
    const { archive, fileBytes } = await upkeep.rotate();
    return { archive: archive.path, archiveBytes: archive.bytes, fileBytes };
  },
});

const storageRebuild = defineCommand({
  id: 'storage.rebuild',
  summary: 'Compute minutes, hours, days and energy of a range anew from the readings that are still there',
  scope: 'admin',
  input: closed({
    from: Type.String({ description: `Where it begins: ${instantForms}`, maxLength: 40 }),
    to: Type.Optional(Type.String({ description: 'Where it ends; now when absent', maxLength: 40 })),
  }),
  output: closed({
    windows: Type.Integer({ description: 'Hours of minutes, hours and days computed anew' }),
  }),
  http: { method: 'POST', path: '/api/v1/storage/rebuild', answerMsMax },
  cli: { verb: 'db rebuild' },
  run: async ({ upkeep, clock }: UpkeepCommandPorts, { from, to }) => {
    const { fromMs, toMs } = timeRange({ from, to }, clock.wall());
    return await upkeep.rebuild(fromMs, toMs);
  },
});

export const upkeepCommands = [
  storageBackup,
  storageBackups,
  storageVacuum,
  storageRotate,
  storageRebuild,
] as const;

/** The commands that look after the whole database. */
export function bindUpkeepCommands(ports: UpkeepCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(storageBackup, ports),
    bindCommand(storageBackups, ports),
    bindCommand(storageVacuum, ports),
    bindCommand(storageRotate, ports),
    bindCommand(storageRebuild, ports),
  ];
}
