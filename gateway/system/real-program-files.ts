import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { ProgramFiles } from '../core/program-files.ts';

/** The files of this machine. A pipe or a device in the place of a program holds up nobody. */
export const realProgramFiles: ProgramFiles = {
  realPath: async (path) => {
    try {
      return await realpath(path);
    } catch {
      return undefined;
    }
  },
  sha256: async (path) => {
    try {
      await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      if (!(await file.stat()).isFile()) return undefined;
      const hash = createHash('sha256');
      for await (const part of file.createReadStream({ autoClose: false })) hash.update(part as Uint8Array);
      return hash.digest('hex');
    } catch {
      return undefined;
    }
  },
};
