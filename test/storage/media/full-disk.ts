import type { Database } from '../../../gateway/storage/store-calls.ts';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import { onSmallDisk } from './small-disk.ts';

export interface FullDiskFigures {
  /** Errors that were not of the storage. */
  readonly crashes: number;
  /** Acknowledged readings that are neither there nor in a gap. */
  readonly unaccounted: number;
  /** Virtual seconds from when there was room again until a commit returned. */
  readonly secondsToRecover: number;
  /** Commits that found room by themselves while another program had filled the disk. */
  readonly commitsOnFullDisk: number;
  readonly commits: number;
}

const seriesCount = 40;
const beatMs = 10_000;
const startMs = Date.UTC(2026, 2, 10);

/** A home that is read every ten seconds, whose storage is cared for as in the gateway, in virtual time. */
export class StoredHome {
  nowMs = startMs;
  acknowledged = 0;
  crashes = 0;
  readonly #database: Database;
  readonly #bootId: string;
  #series: readonly number[] = [];
  #sequence = 1;

  constructor(database: Database, bootId = 'boot') {
    this.#database = database;
    this.#bootId = bootId;
  }

  async start(): Promise<void> {
    const keys = Array.from({ length: seriesCount }, (_, index) => ({
      device: `meter-${index}`,
      quantity: 'grid_power_w' as const,
    }));
    this.#series = await this.#database.call('internSeries', keys);
  }

  /** One beat; answers whether it was acknowledged. What was not comes again with the same key. */
  async beat(): Promise<boolean> {
    this.nowMs += beatMs;
    const batch = {
      series: Uint32Array.from(this.#series),
      atMs: new Float64Array(seriesCount).fill(this.nowMs),
      // Hardly to be packed, so that little time fills the disk.
      value: Float64Array.from(this.#series, (id) => Math.sin(id * this.nowMs) * 1e6),
      quality: new Uint8Array(seriesCount),
    };
    const isStored = await this.#does(async () => {
      await this.#database.call('appendReadings', { bootId: this.#bootId, sequence: this.#sequence }, batch);
      this.acknowledged += seriesCount;
    });
    if (isStored) this.#sequence += 1;
    return isStored;
  }

  async care(): Promise<void> {
    for (const name of ['rollUp', 'packReadings', 'keepRoom'] as const) {
      await this.#does(async () => {
        while ((await this.#database.call(name, this.nowMs)).remaining);
      });
    }
  }

  /** Beats with care in between, as many as are acknowledged of them. */
  async live(beats: number): Promise<number> {
    let stored = 0;
    for (let beat = 0; beat < beats; beat += 1) {
      if (await this.beat()) stored += 1;
      if (beat % 30 === 0) await this.care();
    }
    return stored;
  }

  async #does(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const isStorage = error instanceof Error && 'code' in error && error.code === 'storage_failed';
      if (!isStorage) this.crashes += 1;
      return false;
    }
  }
}

/** A disk that the database fills itself, then another program to the last byte, then is free again. */
export async function fullDiskFigures(
  directory: string,
  { megabytes = 8, beats = 6_000 } = {},
): Promise<FullDiskFigures> {
  return await onSmallDisk({ directory, megabytes }, async (disk) => {
    const options = { directory: disk.directory, zone: 'Europe/Paris', nowMs: startMs };
    const database = await openInProcessDatabase(options);
    const home = new StoredHome(database);
    await home.start();
    let commits = await home.live(beats);
    disk.fill();
    const commitsOnFullDisk = await home.live(60);
    commits += commitsOnFullDisk;
    disk.fill();
    disk.free();
    const freedMs = home.nowMs;
    while (!(await home.beat()) && home.nowMs - freedMs < 60_000);
    const secondsToRecover = (home.nowMs - freedMs) / 1_000 - beatMs / 1_000;
    commits += 1;
    await database.close();
    const again = await openInProcessDatabase(options);
    const { acknowledged, staged, packed, pruned, missing } = await again.call('account');
    await again.close();
    const unaccounted =
      Math.abs(acknowledged - staged - packed - pruned - missing) +
      Math.abs(acknowledged - home.acknowledged);
    return { crashes: home.crashes, unaccounted, secondsToRecover, commitsOnFullDisk, commits };
  });
}
