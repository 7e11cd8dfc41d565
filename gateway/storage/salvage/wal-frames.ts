/** What a write-ahead log holds of each page: the last version that was committed, by its place in the log. */
export interface WalFrames {
  readonly pageBytes: number;
  /** Where the page's bytes begin in the log, by page number. */
  readonly pages: ReadonlyMap<number, number>;
  /** Pages of the database after the last commit; 0 when the log holds none. */
  readonly databasePages: number;
  /** What frames of this log carry; each time it begins anew it has others. */
  readonly salts: Buffer;
  /** Frames from the beginning on, damaged ones too. */
  readonly frames: number;
  /** The first damaged one, counted from 1; 0 when there is none. */
  readonly firstDamagedFrame: number;
  /** Commits that SQLite itself would leave out, because a frame before them, or of their own, is damaged. */
  readonly commitsBehindDamage: number;
  /** Frames with the salts of this log whose checksum fails. */
  readonly damagedFrames: number;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const magics: readonly number[] = [0x377f0682, 0x377f0683];

type Sum = readonly [number, number];

/**
 * Reads a log (SQLite file format, section 4, "The Write-Ahead Log"). Each frame's checksum continues that of the
 * frame before, so a damaged frame ends the log for SQLite. Here the check goes on from the checksum that the
 * damaged frame carries: what was committed behind it is found again. undefined: the bytes are no such log.
 */
export function readWal(log: Buffer): WalFrames | undefined {
  const magic = log.length < headerBytes ? 0 : log.readUInt32BE(0);
  if (!magics.includes(magic)) return undefined;
  const pageBytes = log.readUInt32BE(8);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return undefined;
  const found = new FoundFrames();
  let sum: Sum = [log.readUInt32BE(24), log.readUInt32BE(28)];
  const sumOf = (bytes: Buffer, from: Sum): Sum => checksum(bytes, from, (magic & 1) === 1);
  const frameBytes = frameHeaderBytes + pageBytes;
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    const frame = log.subarray(at, at + frameBytes);
    // Behind the newest frames stand those of the log's last round, with other salts.
    if (!frame.subarray(8, 16).equals(log.subarray(16, 24))) continue;
    const stored: Sum = [frame.readUInt32BE(16), frame.readUInt32BE(20)];
    const computed = sumOf(frame.subarray(frameHeaderBytes), sumOf(frame.subarray(0, 8), sum));
    const isWhole = computed[0] === stored[0] && computed[1] === stored[1];
    found.add(frame, at + frameHeaderBytes, isWhole);
    sum = stored;
  }
  const { pages, databasePages, commitsBehindDamage, damagedFrames, frames, firstDamagedFrame } = found;
  const salts = log.subarray(16, 24);
  return {
    pageBytes,
    pages,
    databasePages,
    salts,
    frames,
    firstDamagedFrame,
    commitsBehindDamage,
    damagedFrames,
  };
}

class FoundFrames {
  readonly pages = new Map<number, number>();
  databasePages = 0;
  commitsBehindDamage = 0;
  damagedFrames = 0;
  frames = 0;
  firstDamagedFrame = 0;
  readonly #open = new Map<number, number>();

  /** The frames of a commit count when its last one comes, which names the pages of the database. */
  add(frame: Buffer, place: number, isWhole: boolean): void {
    this.frames += 1;
    if (isWhole) {
      this.#open.set(frame.readUInt32BE(0), place);
    } else {
      this.damagedFrames += 1;
      if (this.firstDamagedFrame === 0) this.firstDamagedFrame = this.frames;
    }
    const committedPages = frame.readUInt32BE(4);
    if (committedPages === 0) return;
    if (this.damagedFrames > 0) this.commitsBehindDamage += 1;
    if (!isWhole) return;
    for (const [page, at] of this.#open) this.pages.set(page, at);
    this.#open.clear();
    this.databasePages = committedPages;
  }
}

function checksum(bytes: Buffer, [first, second]: Sum, bigEndian: boolean): Sum {
  let low = first;
  let high = second;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    low = (low + (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + high) >>> 0;
    high = (high + (bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + low) >>> 0;
  }
  return [low, high];
}
