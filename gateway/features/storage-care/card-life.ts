import type { CommitPolicy } from '../../core/commit-policy.ts';
import { dayMs, type WrittenNow } from './write-meter.ts';

/** The card, or whatever else the data directory stands on. */
export interface Card {
  /** undefined when it is not known. */
  readonly capacityBytes: number | undefined;
  /** How often each cell can be written, which is how often the whole card can. */
  readonly writesPerCell: number;
}

/**
 * Bytes that the card writes for each byte it is given. Its blocks are far larger than a page of the database, so
 * it moves others with it; the journal of the file system comes on top. Makers do not say how much. Twice for each
 * of the two is a cautious guess, and stands with the figure wherever it is shown.
 */
export const writeAmplification = 4;

/**
 * What a commit writes however little is in it: its frame in the write-ahead log is a page of 4 kB and a header,
 * and lies across two pages of the file system. Measured on ext4 with 1 to 100 readings a commit: 8 192 bytes.
 */
const commitBytes = 8_192;
const daysPerYear = 365.25;

/** What the readings of the span would have had written under another policy, in bytes a day. */
export function bytesPerDayUnder(policy: CommitPolicy, written: WrittenNow): number {
  const commits = written.commitsUnder[policy] - written.commits;
  return perDay(Math.max(0, written.bytes + commits * commitBytes), written.spanMs);
}

export function perDay(bytes: number, spanMs: number): number {
  return (bytes * dayMs) / spanMs;
}

/** Years until the card has been written as often as it can bear; undefined when that is not known. */
export function cardLifeYears(
  { capacityBytes, writesPerCell }: Card,
  bytesPerDay: number | undefined,
): number | undefined {
  if (capacityBytes === undefined || bytesPerDay === undefined || bytesPerDay <= 0) return undefined;
  return (capacityBytes * writesPerCell) / writeAmplification / bytesPerDay / daysPerYear;
}
