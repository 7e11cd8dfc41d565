import { existsSync, unlinkSync } from 'node:fs';

/** Removes a file that may not be there. Unlike Node's `rmSync` it names the code of what the disk refuses. */
export function removeFile(path: string): void {
  if (existsSync(path)) unlinkSync(path);
}
