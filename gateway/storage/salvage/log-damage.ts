import { existsSync, readFileSync, statSync } from 'node:fs';
import { readWal, type WalFrames } from './wal-frames.ts';
import { readWalIndex, type WalIndex } from './wal-index.ts';

/**
 * What is wrong with the write-ahead log of the database at `path` before SQLite opens it, or undefined. SQLite ends
 * the log at the first frame that is damaged or gone, as after a power cut, and says nothing. What had been
 * acknowledged and is lost with it shows by commits that stand behind, or by the log's index, if it is still there.
 */
export function logDamage(path: string): string | undefined {
  const logPath = `${path}-wal`;
  const index = existsSync(`${path}-shm`) ? readWalIndex(readFileSync(`${path}-shm`)) : undefined;
  const wal = existsSync(logPath) ? readWal(readFileSync(logPath)) : undefined;
  if (wal === undefined) return isGone(logPath, index) ? `${logPath} is gone` : undefined;
  // Of an index from before the log began anew nothing follows.
  const stated = index?.salts.equals(wal.salts) === true ? index.frames : 0;
  if (wal.frames < stated) return `${logPath} ends after ${wal.frames} of ${stated} pages`;
  return hasLost(wal, stated) ? `${logPath}: ${wal.damagedFrames} pages fail their check` : undefined;
}

/** An empty log is what a checkpoint leaves. */
function isGone(logPath: string, index: WalIndex | undefined): boolean {
  const size = statSync(logPath, { throwIfNoEntry: false })?.size;
  return size !== 0 && index !== undefined && index.movedFrames < index.frames;
}

/** One commit that is not whole is what a power cut leaves; what stands before another had been acknowledged. */
function hasLost({ firstDamagedFrame, commitsBehindDamage }: WalFrames, stated: number): boolean {
  if (firstDamagedFrame === 0) return false;
  return firstDamagedFrame <= stated || commitsBehindDamage > 1;
}
