import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Not by `recursive`: where a file system answers that a folder
 * cannot be made in one that is there, as /proc does, Node's own way never returns. Errors: those of node:fs.
 */
export function makeFolder(path: string, mode: number): void {
  const whole = resolve(path);
  if (existsSync(whole)) return;
  const above = dirname(whole);
  if (above !== whole) makeFolder(above, mode);
  try {
    mkdirSync(whole, { mode });
  } catch (error) {
    // Somebody else made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
