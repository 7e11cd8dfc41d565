import { GatewayError } from '../core/errors.ts';

/** Reads what `ByteWriter` wrote. Bytes that end too early are a damaged database: `database_unreadable`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that were read. */
  get position(): number {
    return this.#position;
  }

  byte(): number {
    const value = this.#bytes[this.#position];
    if (value === undefined) throw damagedBlob('it ends too early');
    this.#position += 1;
    return value;
  }

  unsigned(): number {
    let next = this.byte();
    let value = next & 0x7f;
    let weight = 0x80;
    while (next > 0x7f) {
      next = this.byte();
      value += (next & 0x7f) * weight;
      weight *= 0x80;
      if (weight > 2 ** 56) throw damagedBlob('a number is too long');
    }
    return value;
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  double(): number {
    if (this.#position + 8 > this.#bytes.length) throw damagedBlob('it ends too early');
    const value = this.#view.getFloat64(this.#position, true);
    this.#position += 8;
    return value;
  }

  /** Nothing may follow what was read. */
  end(): void {
    if (this.#position !== this.#bytes.length) throw damagedBlob('something follows its end');
  }
}

/** Stored readings that cannot be read as what they should be. */
export function damagedBlob(why: string): GatewayError {
  return new GatewayError('database_unreadable', `stored readings are damaged: ${why}`, {
    hint: 'restore a backup of egw.db',
  });
}
