import type { Batch } from './batch.ts';
import type { Place } from './fault.ts';

/** A batch as it is kept until all have been read. */
export interface BatchRow
  extends
    Pick<Batch, 'algorithm' | 'from' | 'to' | 'count' | 'before' | 'head' | 'signature'>,
    Pick<Batch, 'firstMs' | 'lastMs' | 'firstCommit' | 'lastCommit'> {
  readonly place: Place;
}

const numbersOfRow = 9;
const bytesOfRow = 32 + 32 + 64;
const algorithms = ['Ed25519', 'ES256', 'none'];

/** The batches of one chain: 201 bytes each, so that those of years fit into memory. */
export class BatchTable {
  #numbers = new Float64Array(16 * numbersOfRow);
  #bytes = Buffer.alloc(16 * bytesOfRow);
  #algorithms = new Uint8Array(16);
  #files: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(batch: Batch, { file, line }: Place): void {
    if (this.#length === this.#algorithms.length) this.#grow();
    // Files come one after the other.
    if (this.#files.at(-1) !== file) this.#files.push(file);
    const { from, to, count, firstMs, lastMs, firstCommit, lastCommit } = batch;
    const numbers = [from, to, count, firstMs, lastMs, firstCommit, lastCommit, this.#files.length - 1, line];
    this.#numbers.set(numbers, this.#length * numbersOfRow);
    const at = this.#length * bytesOfRow;
    batch.before.copy(this.#bytes, at);
    batch.head.copy(this.#bytes, at + 32);
    batch.signature.copy(this.#bytes, at + 64);
    this.#algorithms[this.#length] = algorithms.indexOf(batch.algorithm);
    this.#length += 1;
  }

  row(index: number): BatchRow {
    const at = index * numbersOfRow;
    const number = (column: number): number => this.#numbers[at + column] ?? 0;
    const bytes = this.#bytes.subarray(index * bytesOfRow, (index + 1) * bytesOfRow);
    const algorithm = algorithms[this.#algorithms[index] ?? 0] ?? '';
    return {
      algorithm,
      from: number(0),
      to: number(1),
      count: number(2),
      firstMs: number(3),
      lastMs: number(4),
      firstCommit: number(5),
      lastCommit: number(6),
      before: bytes.subarray(0, 32),
      head: bytes.subarray(32, 64),
      signature: bytes.subarray(64, algorithm === 'none' ? 64 : bytesOfRow),
      place: { file: this.#files[number(7)] ?? '', line: number(8) },
    };
  }

  /** The row with the first record; undefined when there is none. */
  first(): BatchRow | undefined {
    const [index] = this.order();
    return index === undefined ? undefined : this.row(index);
  }

  /** Indexes of the rows by their first record; of the same one as they were added. */
  order(): Uint32Array {
    const from = (index: number): number => this.#numbers[index * numbersOfRow] ?? 0;
    return Uint32Array.from({ length: this.#length }, (_, index) => index).sort(
      (one, other) => from(one) - from(other) || one - other,
    );
  }

  #grow(): void {
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    const codes = new Uint8Array(this.#algorithms.length * 2);
    codes.set(this.#algorithms);
    this.#algorithms = codes;
  }
}
