import { createHash, type Hash } from 'node:crypto';

/** Everything that happened, in order, as one hash: the same seed gives the same one on any machine. */
export class EventLog {
  readonly #hash: Hash = createHash('sha256');
  #pending = '';
  #events = 0;

  get events(): number {
    return this.#events;
  }

  add(event: string): void {
    this.#events += 1;
    this.#pending += event;
    this.#pending += '\n';
    if (this.#pending.length > 65_536) this.#flush();
  }

  addBytes(column: ArrayBufferView): void {
    this.add(Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('latin1'));
  }

  /** Ends the log. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    if (this.#pending.length > 0) this.#hash.update(this.#pending, 'latin1');
    this.#pending = '';
  }
}
