import { closeSync, fsyncSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes everything in a folder but the names that are kept. A link is removed, and what it leads to is not touched.
 * Answers what could not be removed, with the reason. It may be ended anywhere and done again.
 */
export function eraseFolder(folder: string, kept: ReadonlySet<string>): readonly string[] {
  const left: string[] = [];
  for (const name of readdirSync(folder)) {
    if (kept.has(name)) continue;
    try {
      eraseEntry(join(folder, name));
    } catch (error) {
      left.push(`${name}: ${error instanceof Error && 'code' in error ? String(error.code) : 'not removed'}`);
    }
  }
  syncFolder(folder);
  return left;
}

/** What is in it goes one by one, so that a folder that must stay, as one that is mounted there, is empty at least. */
function eraseEntry(path: string): void {
  if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(path)) eraseEntry(join(path, name));
  }
  rmSync(path, { recursive: true, force: true });
}

/** Without it a power cut may bring back what is gone. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
