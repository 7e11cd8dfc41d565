import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Connection } from './connection.ts';
import type { DiskSpace } from './disk-space.ts';

/** What so many appends take is far less than what is left to urgent writes. */
const appendsBetweenLooks = 16;

/** What a database takes of its quota: pages that were freed count as room, though the file does not shrink. */
export class PageRoom {
  readonly #pageBytes: number;
  readonly #pagesMax;
  readonly #pages;
  readonly #spare;
  #appends = 0;

  constructor(connection: Connection) {
    this.#pageBytes = Number(connection.pragma('page_size', { simple: true }));
    this.#pagesMax = connection.prepare<[], number>('PRAGMA max_page_count').pluck();
    this.#pages = connection.prepare<[], number>('PRAGMA page_count').pluck();
    this.#spare = connection.prepare<[], number>('PRAGMA freelist_count').pluck();
  }

  /** Pages in the file that hold nothing. */
  get spareBytes(): number {
    return (this.#spare.get() ?? 0) * this.#pageBytes;
  }

  get usedBytes(): number {
    return (this.#pages.get() ?? 0) * this.#pageBytes - this.spareBytes;
  }

  /** What this connection may make of the file. */
  get quotaBytes(): number {
    return (this.#pagesMax.get() ?? 0) * this.#pageBytes;
  }

  /** Readings leave a part of the quota to what is more urgent. Errors: `storage_failed`, as of a full disk. */
  assertForReadings(path: string): void {
    this.#appends += 1;
    if (this.#appends % appendsBetweenLooks !== 1) return;
    const { quotaBytes } = this;
    if (quotaBytes - this.usedBytes >= reserveBytesOf(quotaBytes)) return;
    // The next one looks again.
    this.#appends = 0;
    const quotaMb = Math.round(quotaBytes / 1_048_576);
    throw new GatewayError('storage_failed', `${path} is full: it may take ${quotaMb} MB (SQLITE_FULL)`, {
      hint: 'the oldest history gives way; raise storage.quotaMb to keep more of it',
      facts: { sqlite: 'SQLITE_FULL', quotaMb },
    });
  }
}

function reserveBytesOf(quotaBytes: number): number {
  return Math.min(limits.urgentBytesReserve, quotaBytes / 20);
}

export interface RoomFacts {
  readonly quotaBytes: number;
  readonly usedBytes: number;
  readonly spareBytes: number;
  /** undefined when the file system does not tell. */
  readonly disk: DiskSpace | undefined;
}

/** What is missing until there is room again to go on for a while; 0 when nothing has to give way. */
export function missingRoomBytes({ quotaBytes, usedBytes, spareBytes, disk }: RoomFacts): number {
  const wanted = Math.min(limits.freeBytesWanted, quotaBytes / 20);
  const ofQuota = reserveBytesOf(quotaBytes) + wanted - (quotaBytes - usedBytes);
  if (disk === undefined) return Math.max(0, ofQuota);
  const ofDisk = Math.min(limits.freeBytesWanted, disk.totalBytes / 20) - (spareBytes + disk.freeBytes);
  return Math.max(0, ofQuota, ofDisk);
}

/** A share of a small disk, so that what else is on it has room too. */
export function defaultQuotaBytes(disk: DiskSpace | undefined): number {
  return Math.min(limits.quotaBytesDefault, Math.floor((disk?.totalBytes ?? Infinity) / 2));
}
