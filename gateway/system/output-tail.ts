import { limits } from '../core/limits.ts';

/** The end of what a program prints, whatever it prints. */
export class OutputTail {
  readonly #sizeMax: number;
  #ring: Buffer | undefined;
  /** Bytes that came in all. */
  bytes = 0;

  constructor(sizeMax: number = limits.jobOutputBytesMax) {
    this.#sizeMax = sizeMax;
  }

  add(part: Buffer): void {
    this.#ring ??= Buffer.alloc(this.#sizeMax);
    const kept = part.subarray(-this.#sizeMax);
    this.bytes += part.length;
    // Where the last of it belongs if the ring had no end.
    const at = (this.bytes - kept.length) % this.#sizeMax;
    const first = kept.copy(this.#ring, at);
    kept.copy(this.#ring, 0, first);
  }

  /** As UTF-8: bytes that are none are replaced, and a character whose beginning is gone is left out. */
  text(): string {
    if (this.#ring === undefined) return '';
    if (this.bytes <= this.#sizeMax) return this.#ring.toString('utf8', 0, this.bytes);
    const at = this.bytes % this.#sizeMax;
    const tail = Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]);
    return tail.toString('utf8', restLength(tail));
  }
}

/** Bytes at the beginning that are the rest of a character: up to three of the form 10xxxxxx (RFC 3629, 3). */
function restLength(tail: Buffer): number {
  let length = 0;
  while (length < 3 && ((tail[length] ?? 0) & 0b1100_0000) === 0b1000_0000) length += 1;
  return length;
}
