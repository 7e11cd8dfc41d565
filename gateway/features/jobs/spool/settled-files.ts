import type { MonotonicMs } from '../../../core/clock.ts';
import type { SpoolFile } from '../../../core/spool-folder.ts';
import { isWholeJson } from './spool-file.ts';

const settledMs = 2_000;
const givenUpMs = 60_000;

interface Seen {
  readonly version: string;
  readonly since: MonotonicMs;
}

/**
 * Tells files that are complete from those that are being written: whole JSON that nobody has touched for two
 * seconds. What nobody has touched for a minute is as complete as it ever gets. By the monotonic clock: the times of
 * files may be of another.
 */
export class SettledFiles {
  #seen = new Map<string, Seen>();
  #next = new Map<string, Seen>();

  /** Before each look at all of them: those that are not asked for until the next are forgotten. */
  startLook(): void {
    this.#seen = this.#next;
    this.#next = new Map();
  }

  /** Whether there is nothing to wait for. */
  isSettled(name: string, file: SpoolFile, now: MonotonicMs): boolean {
    if (file.kind === 'unfit') return true;
    if (file.kind !== 'bytes' && file.kind !== 'unready') return false;
    const before = this.#seen.get(name);
    const seen = before?.version === file.version ? before : { version: file.version, since: now };
    this.#next.set(name, seen);
    const stillMs = now - seen.since;
    if (stillMs >= givenUpMs) return true;
    return file.kind === 'bytes' && stillMs >= settledMs && isWholeJson(file.bytes);
  }
}
