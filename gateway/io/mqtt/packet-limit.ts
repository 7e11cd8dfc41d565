const lengthBytesMax = 4;

/**
 * Lets the packets of an MQTT connection pass (3.1.1, 2.2: a fixed header with the length of the rest), and drops those
 * that are too large as they come, so that nobody who may publish can fill our memory.
 */
export class PacketLimit {
  readonly #bytesMax: number;
  readonly #onDropped: () => void;
  /** Of the fixed header, as far as it has come. */
  #header: number[] = [];
  /** Bytes of the packet that are to come. */
  #left = 0;
  #isDropping = false;

  constructor(bytesMax: number, onDropped: () => void) {
    this.#bytesMax = bytesMax;
    this.#onDropped = onDropped;
  }

  /** What of these bytes is of packets that are small enough. */
  pass(bytes: Uint8Array): Uint8Array {
    const passed: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      if (this.#left === 0) {
        passed.push(this.#readHeader(bytes[at] ?? 0));
        at += 1;
        continue;
      }
      const body = bytes.subarray(at, at + this.#left);
      if (!this.#isDropping) passed.push(body);
      this.#left -= body.length;
      at += body.length;
    }
    return Buffer.concat(passed);
  }

  /** The header when this was its last byte, and the packet passes. */
  #readHeader(byte: number): Uint8Array {
    this.#header.push(byte);
    const [, ...length] = this.#header;
    const isWhole = length.length > 0 && (byte < 0x80 || length.length === lengthBytesMax);
    if (!isWhole) return new Uint8Array();
    const header = Uint8Array.from(this.#header);
    this.#header = [];
    this.#left = length.reduce((sum, part, index) => sum + (part & 0x7f) * 128 ** index, 0);
    this.#isDropping = this.#left > this.#bytesMax;
    if (!this.#isDropping) return header;
    this.#onDropped();
    return new Uint8Array();
  }
}
