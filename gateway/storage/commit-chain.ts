import { createHash } from 'node:crypto';
import type { Connection } from './connection.ts';

const hashBytes = 32;
/** Stands before the first commit, and before the first one that was hashed. */
export const chainStart = Buffer.alloc(hashBytes);

interface Link {
  readonly commit: number;
  readonly hash: Buffer | null;
}

/** The hash of a commit: SHA-256 over the hash before it, its number (64 bits, little endian) and its bytes. */
export function commitHash(before: Buffer, commit: number, body: Uint8Array): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(BigInt(commit));
  return createHash('sha256').update(before).update(number).update(body).digest();
}

/** The chain over the commits of one database file, in the order of their numbers. */
export class CommitChain {
  readonly #connection: Connection;
  #last: Buffer;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#last = this.#links().at(-1)?.hash ?? chainStart;
  }

  /** The hash of the next commit; it counts from `follow` on. */
  next(commit: number, body: Uint8Array): Buffer {
    return commitHash(this.#last, commit, body);
  }

  /** To be called when the commit with that hash is on disk. */
  follow(hash: Buffer): void {
    this.#last = hash;
  }

  /** What stands before each commit that waits for packing, where it is still known. */
  befores(): ReadonlyMap<number, Buffer> {
    const befores = new Map<number, Buffer>();
    let before: Link | undefined;
    for (const link of this.#links()) {
      if (link.commit === 1) befores.set(1, chainStart);
      else if (before?.commit === link.commit - 1) befores.set(link.commit, before.hash ?? chainStart);
      before = link;
    }
    return befores;
  }

  #links(): readonly Link[] {
    return this.#connection
      .prepare<[], Link>(
        `SELECT commit_number AS "commit", CAST(hash AS BLOB) AS hash FROM packed_commit
         UNION ALL SELECT commit_number, CAST(hash AS BLOB) FROM staged ORDER BY 1`,
      )
      .all();
  }
}
