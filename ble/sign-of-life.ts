import { writeFileSync } from 'node:fs';
import type { Clock } from './clock.ts';

const everyMs = 30_000;

/**
 * Writes a file now and every half minute, for whoever looks whether the process still turns: a container's health
 * check. A file that cannot be written is ill health by itself, and ends nothing.
 */
export function putSignsOfLife(path: string, clock: Clock): void {
  try {
    writeFileSync(path, '\n');
  } catch {
    // Whoever looks sees that there is none.
  }
  clock.after(everyMs, () => putSignsOfLife(path, clock));
}
