import { closeSync, fsyncSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import type { DiskSpace } from './disk-space.ts';
import { removeFile } from './remove-file.ts';

/** Written and synced at once: some 20 ms on a slow card. */
const stepBytes = 256 * 1024;
/** It is made again when there is so many times its size of free space, so that it does not come and go. */
const roomFactor = 3;

/**
 * A file that only takes up room. A full disk cannot even delete: the write-ahead log has to grow first. Then this
 * file goes, most of it for anybody, the rest for what is more urgent than readings. Its bytes are random, so
 * that no file system leaves them out.
 */
export class Ballast {
  readonly #path: string;
  readonly #bytesMax: number;
  #isCut = false;

  constructor(directory: string, bytesMax: number = limits.ballastBytesMax) {
    this.#path = join(directory, 'egw.ballast');
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Adds a step when there is room for it; answers whether more is to come. A disk that refuses is no error. */
  grow({ freeBytes }: DiskSpace): boolean {
    const { bytes } = this;
    const wantedBytes = this.#wantedBytes(freeBytes + bytes);
    if (bytes >= wantedBytes || freeBytes < roomFactor * wantedBytes) return false;
    try {
      this.#write(bytes, Math.min(stepBytes, wantedBytes - bytes));
    } catch {
      return false;
    }
    this.#isCut = false;
    return bytes + stepBytes < wantedBytes;
  }

  /**
   * Gives its room away; answers whether there was any. Without urgency a quarter of it stays, and what was cut
   * once is not cut again before it has grown.
   */
  release(isUrgent: boolean): boolean {
    const { bytes } = this;
    if (bytes === 0 || (!isUrgent && this.#isCut)) return false;
    try {
      if (isUrgent) removeFile(this.#path);
      else this.#cut(Math.floor(bytes / 4));
      this.#isCut = true;
      return true;
    } catch {
      return false;
    }
  }

  #wantedBytes(roomBytes: number): number {
    const share = Math.max(limits.ballastBytesMin, roomBytes / 20);
    return Math.min(this.#bytesMax, Math.floor(share / 4_096) * 4_096);
  }

  #write(fromBytes: number, bytes: number): void {
    const file = openSync(this.#path, fromBytes === 0 ? 'w' : 'r+', 0o600);
    try {
      writeSync(file, randomFillSync(new Uint8Array(bytes)), 0, bytes, fromBytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  #cut(bytes: number): void {
    const file = openSync(this.#path, 'r+');
    try {
      ftruncateSync(file, bytes);
    } finally {
      closeSync(file);
    }
  }
}
