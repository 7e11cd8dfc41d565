import { createHash, type Hash } from 'node:crypto';
import { chainStart } from './commit-chain.ts';
import type { Connection } from './connection.ts';

/** What one packing wrote of one window. */
export interface Seal {
  readonly number: number;
  readonly startMs: number;
  readonly toCommit: number;
  readonly blocks: number;
  readonly readings: number;
  /** The hash of the seal before it; null for the first. */
  readonly before: Buffer | null;
  readonly hash: Buffer;
}

interface SealedBlock {
  readonly series: number;
  readonly body: Uint8Array;
}

/**
 * The hash of a seal: SHA-256 over the seal before it, start, last commit, and every block (series, length,
 * bytes) in the order of the series. Numbers are 64-bit little endian doubles.
 */
export class SealHash {
  readonly #hash: Hash;

  constructor(before: Buffer | null, startMs: number, toCommit: number) {
    this.#hash = createHash('sha256').update(before ?? chainStart);
    this.#numbers(startMs, toCommit);
  }

  add({ series, body }: SealedBlock): void {
    this.#numbers(series, body.length);
    this.#hash.update(body);
  }

  digest(): Buffer {
    return this.#hash.digest();
  }

  #numbers(...values: readonly number[]): void {
    this.#hash.update(new Uint8Array(Float64Array.from(values).buffer));
  }
}

/** The chain over all packings. It goes with the windows that it seals, and the newest seal always stays. */
export class SealStore {
  readonly #insert;
  readonly #prune;
  #last: { readonly number: number; readonly hash: Buffer | null };

  constructor(connection: Connection) {
    this.#insert = connection.prepare<Seal>(
      `INSERT INTO seal (number, start_ms, to_commit, blocks, readings, before, hash)
       VALUES ($number, $startMs, $toCommit, $blocks, $readings, $before, $hash)`,
    );
    this.#prune = connection.prepare(
      'DELETE FROM seal WHERE start_ms < ? AND number < (SELECT max(number) FROM seal)',
    );
    this.#last = connection
      .prepare<[], { number: number; hash: Buffer }>(
        'SELECT number, CAST(hash AS BLOB) AS hash FROM seal ORDER BY number DESC LIMIT 1',
      )
      .get() ?? { number: 0, hash: null };
  }

  /** Seals what a packing has written of a window; in the same transaction. Blocks come by series. */
  add(
    window: { readonly startMs: number; readonly toCommit: number; readonly readings: number },
    blocks: readonly SealedBlock[],
  ): void {
    const { startMs, toCommit, readings } = window;
    const { number: lastNumber, hash: before } = this.#last;
    const sealing = new SealHash(before, startMs, toCommit);
    for (const block of blocks) sealing.add(block);
    const seal = { number: lastNumber + 1, startMs, toCommit, readings, before, hash: sealing.digest() };
    this.#insert.run({ ...seal, blocks: blocks.length });
    this.#last = seal;
  }

  prune(beforeMs: number): void {
    this.#prune.run(beforeMs);
  }
}
