import { readFileSync } from 'node:fs';

/** What a program did to the files of a folder, and what it printed, as disk-faults.c wrote it down. */
export type DiskOperation =
  | { readonly kind: 'create'; readonly file: bigint; readonly name: string }
  | { readonly kind: 'write'; readonly file: bigint; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly file: bigint; readonly bytes: number }
  | { readonly kind: 'sync' | 'failed-sync'; readonly file: bigint }
  | { readonly kind: 'sync-folder' }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'print'; readonly text: string };

const headerBytes = 32;

/** All that was recorded in the file, in the order it happened. */
export function readRecording(log: string): readonly DiskOperation[] {
  const bytes = readFileSync(log);
  const operations: DiskOperation[] = [];
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + headerBytes + bytes.readUInt32LE(at + 4);
    const end = nameEnd + Number(bytes.readBigUInt64LE(at + 24));
    operations.push(
      operationOf({
        code: bytes.readUInt32LE(at),
        file: bytes.readBigUInt64LE(at + 8),
        offset: Number(bytes.readBigUInt64LE(at + 16)),
        name: bytes.toString('utf8', at + headerBytes, nameEnd),
        data: bytes.subarray(nameEnd, end),
      }),
    );
    at = end;
  }
  return operations;
}

function operationOf(record: {
  readonly code: number;
  readonly file: bigint;
  readonly offset: number;
  readonly name: string;
  readonly data: Buffer;
}): DiskOperation {
  const { code, file, offset, name, data } = record;
  const kinds: readonly (() => DiskOperation)[] = [
    () => ({ kind: 'create', file, name }),
    () => ({ kind: 'write', file, offset, data }),
    () => ({ kind: 'truncate', file, bytes: offset }),
    () => ({ kind: 'sync', file }),
    () => ({ kind: 'failed-sync', file }),
    () => ({ kind: 'sync-folder' }),
    () => ({ kind: 'unlink', name }),
    () => ({ kind: 'rename', name, to: data.toString() }),
    () => ({ kind: 'print', text: data.toString() }),
  ];
  const make = kinds[code - 1];
  if (make === undefined) throw new Error(`the recording has an operation ${code}`);
  return make();
}
