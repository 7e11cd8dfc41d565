import { crc32 } from 'node:zlib';
import { qualities } from '../../core/quality.ts';
import { decodeBlock, isIntact } from '../block-codec.ts';
import { unpackBody } from '../checked-body.ts';
import { readSound } from '../read-sound.ts';
import { rowCheck, type Cell } from '../row-check.ts';
import { decodeCommit } from '../staged-codec.ts';
import type { StoredValue } from './record.ts';
import type { TableShape } from './table-shape.ts';

/**
 * `sound`: its check holds, so it is what was written under that key in that table. `plausible`: it has no check,
 * and nothing speaks against it. `damaged`: it is not what was written, or no row of the table at all.
 */
export type RowVerdict = 'sound' | 'plausible' | 'damaged';

export type Row = readonly StoredValue[];

const checkColumn = 'crc';
/** Numbers that SQLite gives when a row is put, which its check therefore leaves out. */
const givenNumbers: Readonly<Record<string, string>> = { control_intent: 'number' };
/** The end of the year 9999. */
const latestMs = 253_402_300_799_999;

/** Tables whose rows carry their check, or what stands for it, in their bytes. */
const bodyVerdicts: Readonly<Record<string, (row: Row) => RowVerdict>> = {
  block: ([startMs, series, toCommit, body]) => {
    const key = { startMs: Number(startMs), series: Number(series), toCommit: Number(toCommit) };
    if (!(body instanceof Uint8Array) || isIntact(body, key) === false) return 'damaged';
    decodeBlock(body, key);
    return isIntact(body, key) === true ? 'sound' : 'plausible';
  },
  minute_block: ([place, body]) => {
    if (!(body instanceof Uint8Array)) return 'damaged';
    unpackBody(body, Number(place));
    return 'sound';
  },
  job_output: ([place, body]) => {
    if (!(body instanceof Uint8Array)) return 'damaged';
    unpackBody(body, Number(place));
    return 'sound';
  },
  outbox: (row) => {
    const [place, epoch, toRecord, count, readingsBefore, before, head, signature, sealedMs, crc, body] = row;
    const cells = [place, epoch, toRecord, count, readingsBefore, before, head, signature, sealedMs];
    if (!(body instanceof Uint8Array) || !cells.every((cell) => isCell(cell ?? null))) return 'damaged';
    return rowCheck('outbox', [...(cells as Cell[]), crc32(body)]) === crc ? 'sound' : 'damaged';
  },
  // The chain over the commits tells later whether it is what was committed.
  staged: ([, , , , , , body]) => {
    if (!(body instanceof Uint8Array)) return 'damaged';
    return decodeCommit(body).series.length > 0 ? 'plausible' : 'damaged';
  },
};

/** What can be said of a row of that table; of one without a check in a file from before there were checks, little. */
export function judgeRow(shape: TableShape, row: Row, isUncheckedFile = false): RowVerdict {
  const ofBody = bodyVerdicts[shape.name];
  if (ofBody !== undefined)
    return readSound(() => (isPlausible(shape, row) ? ofBody(row) : 'damaged')) ?? 'damaged';
  const place = shape.columns.findIndex(({ name }) => name === checkColumn);
  const check = row[place];
  const mayBeWithout = place < 0 || (check === null && isUncheckedFile);
  if (mayBeWithout) return isPlausible(shape, row) ? 'plausible' : 'damaged';
  const given = shape.columns.findIndex(({ name }) => name === givenNumbers[shape.name]);
  const cells = row.filter((_, index) => index !== place && index !== given);
  return cells.every(isCell) && rowCheck(shape.name, cells) === check ? 'sound' : 'damaged';
}

/** Times lie between 1970 and 9999. */
function isPlausible({ columns }: TableShape, row: Row): boolean {
  return columns.every(({ name }, index) => {
    const value = row[index];
    if (typeof value === 'bigint') return false;
    if (typeof value !== 'number') return true;
    if (name === 'quality') return value in qualities;
    if (name.endsWith('offset_ms')) return Number.isSafeInteger(value);
    return !name.endsWith('_ms') || (value >= 0 && value <= latestMs);
  });
}

function isCell(value: StoredValue): value is Cell {
  return value === null || typeof value === 'number' || typeof value === 'string';
}
