/** What the shared index of a write-ahead log said last. It outlives the process, and says what the log must hold. */
export interface WalIndex {
  /** Frames of the log that were committed, and synced before that was said. */
  readonly frames: number;
  /** Those of them that are in the database as well. */
  readonly movedFrames: number;
  readonly salts: Buffer;
}

const headerBytes = 48;
const checkedBytes = 40;
const knownVersion = 3_007_000;

/**
 * Reads the `-shm` file (SQLite, walformat, "WAL-Index Header"): two copies of a header in the machine's byte order,
 * and how far the last checkpoint came. undefined: it does not hold two equal headers whose checksum is right.
 */
export function readWalIndex(bytes: Buffer): WalIndex | undefined {
  if (bytes.length < 2 * headerBytes + 4) return undefined;
  const header = bytes.subarray(0, headerBytes);
  if (!header.equals(bytes.subarray(headerBytes, 2 * headerBytes))) return undefined;
  if (header.readUInt32LE(0) !== knownVersion || header[12] !== 1 || !isIntact(header)) return undefined;
  return {
    frames: header.readUInt32LE(16),
    movedFrames: bytes.readUInt32LE(2 * headerBytes),
    salts: Buffer.from(header.subarray(32, 40)),
  };
}

function isIntact(header: Buffer): boolean {
  let low = 0;
  let high = 0;
  for (let at = 0; at < checkedBytes; at += 8) {
    low = (low + header.readUInt32LE(at) + high) >>> 0;
    high = (high + header.readUInt32LE(at + 4) + low) >>> 0;
  }
  return low === header.readUInt32LE(checkedBytes) && high === header.readUInt32LE(checkedBytes + 4);
}
