import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { applicationId } from './file-header.ts';
import { readWal, type WalFrames } from './wal-frames.ts';

/** Of the schema: from then on every row that has a column for its check has one. */
const firstCheckedVersion = 7;
const headerText = 'SQLite format 3\0';
/** What SQLite makes, and this gateway with it. */
const usualPageBytes = 4_096;
/** The gateway keeps its log far smaller: checkpoints cut it to 8 MiB. */
const walBytesMax = 256 * 1_048_576;

/** The pages of a database file, with those of its write-ahead log in their place. */
export interface PageFile {
  readonly pageBytes: number;
  /** Numbered from 1. */
  readonly pageCount: number;
  /** Whether the file begins as a database of this gateway does, or does not reach that far. */
  readonly hasOurHeader: boolean;
  /** Whether its schema is from before rows had a check. */
  readonly isUnchecked: boolean;
  readonly wal: WalFrames | undefined;
  /** The page, with zeros where a file that was cut short ends; undefined for one that there is not. */
  page(number: number): Buffer | undefined;
  close(): void;
}

/**
 * Opens a database file for reading its pages as they are, whatever state it is in. Nothing is written, and
 * SQLite is not asked. Errors: those of the file system.
 */
export function openPageFile(path: string): PageFile {
  const handle = openSync(path, 'r');
  try {
    const log = readLog(`${path}-wal`);
    const wal = log === undefined ? undefined : readWal(log);
    const { size } = fstatSync(handle);
    const header = Buffer.alloc(100);
    readSync(handle, header, 0, header.length, 0);
    const isDatabase = header.toString('latin1', 0, headerText.length) === headerText;
    const hasOurHeader = isDatabase && (size < header.length || header.readUInt32BE(68) === applicationId);
    const version = hasOurHeader && size >= header.length ? header.readUInt32BE(60) : NaN;
    const isUnchecked = version < firstCheckedVersion;
    const pageBytes = wal?.pageBytes ?? pageBytesOf(header);
    const page = (number: number): Buffer | undefined => {
      const place = wal?.pages.get(number);
      if (place !== undefined) return log?.subarray(place, place + pageBytes);
      const start = (number - 1) * pageBytes;
      if (number < 1 || start >= size) return undefined;
      const bytes = Buffer.alloc(pageBytes);
      readSync(handle, bytes, 0, pageBytes, start);
      return bytes;
    };
    const pageCount = Math.max(Math.ceil(size / pageBytes), wal?.databasePages ?? 0);
    return { pageBytes, pageCount, hasOurHeader, isUnchecked, wal, page, close: () => closeSync(handle) };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function readLog(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  const handle = openSync(path, 'r');
  try {
    return fstatSync(handle).size > walBytesMax ? undefined : readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** SQLite file format, section 1.3.2: 1 stands for 65536. */
function pageBytesOf(header: Buffer): number {
  const stored = header.readUInt16BE(16);
  const pageBytes = stored === 1 ? 65_536 : stored;
  return pageBytes >= 512 && (pageBytes & (pageBytes - 1)) === 0 ? pageBytes : usualPageBytes;
}
