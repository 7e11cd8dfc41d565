import { Ballast } from './ballast.ts';
import type { Connection } from './connection.ts';
import { diskSpace } from './disk-space.ts';
import { makeRoom, type RoomStores } from './make-room.ts';
import { defaultQuotaBytes, missingRoomBytes, type PageRoom } from './page-room.ts';
import type { DatabaseRoom } from './store-calls.ts';

export interface RoomOptions {
  readonly directory: string;
  /** What the database may take; a share of its disk when absent. */
  readonly quotaBytes?: number;
  /** What the ballast takes at most. */
  readonly ballastBytesMax?: number;
}

/** Sees to it that there is room for what comes: the quota, the ballast, and old history that gives way. */
export class RoomKeeper {
  readonly #directory: string;
  readonly #quotaBytes: number;
  readonly #ballast: Ballast;

  constructor({ directory, quotaBytes, ballastBytesMax }: RoomOptions) {
    this.#directory = directory;
    this.#quotaBytes = quotaBytes ?? defaultQuotaBytes(diskSpace(directory));
    this.#ballast = new Ballast(directory, ballastBytesMax);
  }

  /** The limit holds for one connection, so each has to be told. A file that is bigger stays as it is. */
  limit(connection: Connection): void {
    const pageBytes = Number(connection.pragma('page_size', { simple: true }));
    const pagesMax = Number(connection.pragma('max_page_count', { simple: true }));
    const wanted = Math.min(pagesMax, Math.floor(this.#quotaBytes / pageBytes));
    connection.pragma(`max_page_count = ${wanted}`);
  }

  facts(room: PageRoom): DatabaseRoom {
    const { usedBytes } = room;
    const freeBytes = diskSpace(this.#directory)?.freeBytes ?? null;
    return { quotaBytes: this.#quotaBytes, usedBytes, freeBytes, ballastBytes: this.#ballast.bytes };
  }

  /** A step of making room, or of making the ballast; answers whether more is to come. */
  keep(stores: RoomStores & { readonly room: PageRoom }, nowMs: number): boolean {
    const { spareBytes, usedBytes } = stores.room;
    const disk = diskSpace(this.#directory);
    const missing = missingRoomBytes({ quotaBytes: this.#quotaBytes, usedBytes, spareBytes, disk });
    if (missing > 0) return makeRoom(stores, { nowMs, mayTakeLastDay: false });
    return disk !== undefined && this.#ballast.grow(disk);
  }

  /** After a write found no room: the ballast goes. Answers whether it was there. */
  releaseBallast(isUrgent: boolean): boolean {
    return this.#ballast.release(isUrgent);
  }
}
