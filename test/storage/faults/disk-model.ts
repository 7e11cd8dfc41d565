import type { SeededRandom } from '../../../modbus-sim/random.ts';
import { FileBytes } from './file-bytes.ts';
import type { DiskOperation } from './recording.ts';

const sectorBytes = 512;

interface Write {
  readonly kind: 'write';
  readonly offset: number;
  readonly data: Buffer;
  /** Its sync failed: the system takes it for written, and no later sync writes it. */
  readonly isDoubtful: boolean;
}

interface Truncate {
  readonly kind: 'truncate';
  readonly bytes: number;
}

/** A file as the disk has it, and what was done to it since. */
class DiskFile {
  readonly synced: FileBytes;
  unsynced: (Write | Truncate)[] = [];

  constructor(synced: Buffer) {
    this.synced = new FileBytes(synced);
  }

  /** All but the doubtful is on the disk now; what of the doubtful was overwritten is doubtful no more. */
  sync(): void {
    let doubtful: Write[] = [];
    for (const change of this.unsynced) {
      if (change.kind === 'write' && change.isDoubtful) {
        doubtful.push(change);
        continue;
      }
      this.synced.apply(change);
      doubtful = doubtful.flatMap((write) => without(write, change));
    }
    this.unsynced = doubtful;
  }

  failSync(): void {
    this.unsynced = this.unsynced.map((change) =>
      change.kind === 'write' ? { ...change, isDoubtful: true } : change,
    );
  }

  /** As the running program reads it. */
  get cached(): Buffer {
    const file = this.synced.copy();
    for (const change of this.unsynced) file.apply(change);
    return file.bytes;
  }
}

type NameChange =
  | { readonly kind: 'create'; readonly name: string; readonly file: DiskFile }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string };

/**
 * The files of one folder, as a disk keeps them through a power cut: what was synced is there. Of what was not,
 * each write may be there, or not, or only some of its sectors; changes of names up to some point, since file
 * systems keep these in order, and up to none before the folder was synced.
 */
export class DiskModel {
  #names: Map<string, DiskFile>;
  #nameChanges: NameChange[] = [];
  readonly #files = new Map<bigint, DiskFile>();

  /** `there` is on the disk already, by name; `files` tells which number the recorder will call it by. */
  constructor(there: ReadonlyMap<string, { readonly file: bigint; readonly bytes: Buffer }> = new Map()) {
    this.#names = new Map();
    for (const [name, { file, bytes }] of there) {
      const onDisk = new DiskFile(bytes);
      this.#names.set(name, onDisk);
      this.#files.set(file, onDisk);
    }
  }

  apply(operation: DiskOperation): void {
    switch (operation.kind) {
      case 'create': {
        const file = new DiskFile(Buffer.alloc(0));
        this.#files.set(operation.file, file);
        this.#nameChanges.push({ kind: 'create', name: operation.name, file });
        return;
      }
      case 'write':
        this.#file(operation.file).unsynced.push({ ...operation, isDoubtful: false });
        return;
      case 'truncate':
        this.#file(operation.file).unsynced.push(operation);
        return;
      case 'sync':
        this.#file(operation.file).sync();
        return;
      case 'failed-sync':
        this.#file(operation.file).failSync();
        return;
      case 'sync-folder':
        this.#names = this.#namesAfter(this.#nameChanges.length);
        this.#nameChanges = [];
        return;
      case 'unlink':
      case 'rename':
        this.#nameChanges.push(operation);
        return;
      case 'print':
        return;
    }
  }

  /** The folder as the running program sees it. */
  get cached(): ReadonlyMap<string, Buffer> {
    const names = this.#namesAfter(this.#nameChanges.length);
    return new Map([...names].map(([name, file]) => [name, file.cached]));
  }

  /** What may be found after the power went now. */
  image(random: SeededRandom): ReadonlyMap<string, Buffer> {
    const names = this.#namesAfter(random.integer(0, this.#nameChanges.length));
    return new Map([...names].map(([name, file]) => [name, survivor(file, random)]));
  }

  #namesAfter(changes: number): Map<string, DiskFile> {
    const names = new Map(this.#names);
    for (const change of this.#nameChanges.slice(0, changes)) {
      if (change.kind === 'create') {
        names.set(change.name, change.file);
        continue;
      }
      const file = names.get(change.name);
      names.delete(change.name);
      if (change.kind === 'rename' && file !== undefined) names.set(change.to, file);
    }
    return names;
  }

  #file(number: bigint): DiskFile {
    const file = this.#files.get(number);
    if (file === undefined) throw new Error(`the recording writes to a file ${number} that nobody opened`);
    return file;
  }
}

/** The file with some of what was not synced. */
function survivor({ synced, unsynced }: DiskFile, random: SeededRandom): Buffer {
  const fateOf = random.pick([...patterns])(unsynced.length, random);
  const file = synced.copy();
  for (const [index, change] of unsynced.entries()) {
    const fate = fateOf(index);
    if (fate === 'comes') file.apply(change);
    else if (change.kind === 'truncate') continue;
    else if (fate === 'torn') tear(file, change, random);
    // A file may have grown on the disk, and what was written there not have come.
    else if (random.isLucky(0.2)) file.grow(endOf(change));
  }
  return file.bytes;
}

type Fate = 'comes' | 'torn' | 'goes';
type Pattern = (changes: number, random: SeededRandom) => (index: number) => Fate;

/** How much of what was not synced comes: nothing, all, any of it whole or in parts, the first of it, the last. */
const patterns: readonly [Pattern, ...Pattern[]] = [
  () => () => 'goes',
  () => () => 'comes',
  (_, random) => () => (random.isLucky(0.5) ? 'comes' : 'goes'),
  (_, random) => () => random.pick(['comes', 'torn', 'torn', 'goes']),
  (changes, random) => {
    const cut = random.integer(0, changes);
    return (index) => (index < cut ? 'comes' : index === cut ? 'torn' : 'goes');
  },
  (changes, random) => {
    const cut = random.integer(0, changes);
    return (index) => (index < cut ? 'goes' : 'comes');
  },
];

/** Some of the write's sectors come. */
function tear(file: FileBytes, write: Write, random: SeededRandom): void {
  for (let from = write.offset; from < endOf(write);) {
    const to = Math.min(endOf(write), from - (from % sectorBytes) + sectorBytes);
    const data = write.data.subarray(from - write.offset, to - write.offset);
    if (random.isLucky(0.5)) file.apply({ kind: 'write', offset: from, data });
    from = to;
  }
}

function endOf({ offset, data }: Pick<Write, 'offset' | 'data'>): number {
  return offset + data.length;
}

/** What the later change leaves of a doubtful write. */
function without(write: Write, later: Write | Truncate): Write[] {
  const from = later.kind === 'write' ? later.offset : later.bytes;
  const to = later.kind === 'write' ? endOf(later) : Infinity;
  return [
    part(write, write.offset, Math.min(endOf(write), from)),
    part(write, Math.max(write.offset, to), endOf(write)),
  ].filter(({ data }) => data.length > 0);
}

function part(write: Write, from: number, to: number): Write {
  const start = from - write.offset;
  return { ...write, offset: from, data: write.data.subarray(start, Math.max(start, to - write.offset)) };
}
