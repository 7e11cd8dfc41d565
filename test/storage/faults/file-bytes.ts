/** A change of a file's bytes: `data` at the offset, or cut or filled with zeros to so many bytes. */
export type BytesChange =
  | { readonly kind: 'write'; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly bytes: number };

/** The bytes of a file, changed in place. */
export class FileBytes {
  /** Zeros beyond `#length`. */
  #room: Buffer;
  #length: number;

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.#room = Buffer.from(bytes);
    this.#length = bytes.length;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  copy(): FileBytes {
    return new FileBytes(this.bytes);
  }

  apply(change: BytesChange): void {
    if (change.kind === 'truncate') {
      this.grow(change.bytes);
      this.#room.fill(0, change.bytes, this.#length);
      this.#length = change.bytes;
      return;
    }
    this.grow(change.offset + change.data.length);
    change.data.copy(this.#room, change.offset);
  }

  /** With zeros, to so many bytes at least. */
  grow(length: number): void {
    if (length > this.#room.length) {
      const room = Buffer.alloc(2 * length);
      this.bytes.copy(room);
      this.#room = room;
    }
    this.#length = Math.max(this.#length, length);
  }
}
