import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { schemaVersion } from '../migrations/index.ts';

const headerBytes = 100;
/** "eGW1": tells the gateway's database from anybody else's (SQLite file format, offset 68). */
export const applicationId = 0x65475731;
/** Versions of the schema beyond this program's that may be a newer program's; more than that is damage. */
const newerVersionsMax = 1_000;

interface FixedField {
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
  readonly allowed: (value: number) => boolean;
}

const fixedFields: readonly FixedField[] = [
  { name: 'page size', at: 16, bytes: 2, allowed: (value) => value >= 512 && (value & (value - 1)) === 0 },
  { name: 'write version', at: 18, bytes: 1, allowed: (value) => value === 1 || value === 2 },
  { name: 'read version', at: 19, bytes: 1, allowed: (value) => value === 1 || value === 2 },
  { name: 'reserved space', at: 20, bytes: 1, allowed: (value) => value === 0 },
  { name: 'payload fractions', at: 21, bytes: 3, allowed: (value) => value === 0x402020 },
  { name: 'schema format', at: 44, bytes: 4, allowed: (value) => value === 4 },
  { name: 'text encoding', at: 56, bytes: 4, allowed: (value) => value === 1 },
  { name: 'schema version', at: 60, bytes: 4, allowed: (value) => value <= schemaVersion + newerVersionsMax },
  { name: 'application id', at: 68, bytes: 4, allowed: (value) => value === applicationId },
];

/**
 * What is wrong with the file before SQLite opens it, or undefined. SQLite believes what the header says: with a wrong
 * number of pages it would write over those that there are. SQLite file format, section 1.3.
 */
export function headerDamage(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const header = Buffer.alloc(headerBytes);
  const handle = openSync(path, 'r');
  try {
    if (readSync(handle, header, 0, headerBytes, 0) < headerBytes) return 'the file ends within its header';
  } finally {
    closeSync(handle);
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') return 'the file has no header';
  const field = fixedFields.find(({ at, bytes, allowed }) => !allowed(header.readUIntBE(at, bytes)));
  if (field !== undefined) return `its header has a wrong ${field.name}`;
  return pageDamage(path, header);
}

/** Pages that were added and not yet moved out of the log are not in the file. */
function pageDamage(path: string, header: Buffer): string | undefined {
  const logBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (logBytes > 0) return undefined;
  const pageBytes = header.readUInt16BE(16);
  const stated = header.readUInt32BE(28);
  const { size } = statSync(path);
  if (size === stated * pageBytes) return undefined;
  return `it has ${size / pageBytes} pages, and its header says ${stated}`;
}
