import type { StoragePorts } from '../../gateway/features/storage-care/storage-commands.ts';
import type { UpkeepCommandPorts } from '../../gateway/features/storage-care/upkeep-commands.ts';

const archive = {
  name: 'egw-20260101-20260201.db',
  path: '/data/archives/egw-20260101-20260201.db',
  bytes: 20_000_000,
  writtenMs: 1_767_000_000_000,
};
const backup = {
  name: 'egw-20260101T000000Z.db',
  path: '/data/backups/egw-20260101T000000Z.db',
  bytes: 1_234_567,
  writtenMs: 1_767_225_600_000,
};

/** What looking after the database answers, for faces: nothing is done. */
export const stubUpkeep: UpkeepCommandPorts['upkeep'] & StoragePorts['upkeep'] = {
  lastBackupMs: () => Promise.resolve(backup.writtenMs),
  backup: () =>
    Promise.resolve({ ...backup, readings: 550, commits: 10, newestMs: 1_767_225_595_000, removed: [] }),
  backups: () => Promise.resolve([backup]),
  archives: () => Promise.resolve([archive]),
  vacuum: () => Promise.resolve({ beforeBytes: 2_000_000, afterBytes: 1_000_000 }),
  rotate: () => Promise.resolve({ archive, fileBytes: 1_000_000 }),
  rebuild: () => Promise.resolve({ windows: 3 }),
};
