import { chownSync, existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { realDisk } from './real-disk.ts';
import { fileMode } from './file-mode.ts';

/**
 * The machine's files, for a command that root may run by sudo on another's data directory: what it writes belongs to
 * that directory's owner, or the gateway could not read it. A link stays one.
 */
export const ownersDisk = {
  ...realDisk,
  modeOf: fileMode,
  writeText: (path: string, text: string, mode?: number): void => {
    const file = existsSync(path) ? realpathSync(path) : path;
    realDisk.writeText(file, text, mode);
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = statSync(dirname(file));
    chownSync(file, uid, gid);
  },
};
