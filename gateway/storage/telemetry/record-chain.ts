import { createHash } from 'node:crypto';

/** The hash before the first record, hex. */
export const chainStart = '00'.repeat(32);

/** The hash of the last record: SHA-256 over the hash before and the record, one after another (hex). */
export function chainHead(before: string, records: Iterable<string | Uint8Array>): string {
  let hash = Buffer.from(before, 'hex');
  for (const record of records) hash = createHash('sha256').update(hash).update(record).digest();
  return hash.toString('hex');
}
