/** Command, length, and checksum. */
const frameBytes = 3;
export const packetDataBytesMax = 255;
/** From the first part of a packet to its last: what is left of a write that was lost does not spoil the next. */
const packetMsMax = 5_000;

export interface ImprovPacket {
  readonly command: number;
  readonly data: Uint8Array;
}

/** Joins the writes of one link to packets, which come in one write or in many. */
export class PacketJoiner {
  #bytes: number[] = [];
  #firstAtMs = 0;

  /**
   * The packet when it is whole, undefined before, and `invalid` when there is more than it said that it would be, or
   * its checksum is wrong: all that came is dropped then. `atMs`: of a clock that never goes back.
   */
  add(part: Uint8Array, atMs: number): ImprovPacket | 'invalid' | undefined {
    if (atMs - this.#firstAtMs > packetMsMax) this.#bytes = [];
    if (this.#bytes.length === 0) this.#firstAtMs = atMs;
    this.#bytes.push(...part);
    const [command, length] = this.#bytes;
    if (command === undefined || length === undefined) return undefined;
    const missing = length + frameBytes - this.#bytes.length;
    if (missing > 0) return undefined;
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    const isWhole = missing === 0 && checksum(bytes.subarray(0, -1)) === bytes.at(-1);
    return isWhole ? { command, data: bytes.slice(2, -1) } : 'invalid';
  }
}

/** The texts of a list, as bytes; undefined unless lengths and data fit. */
export function readFields(data: Uint8Array): readonly Uint8Array[] | undefined {
  const fields: Uint8Array[] = [];
  let at = 0;
  while (at < data.length) {
    const end = at + 1 + (data[at] ?? 0);
    if (end > data.length) return undefined;
    fields.push(data.subarray(at + 1, end));
    at = end;
  }
  return fields;
}

/** A result: texts beyond what it has room for are left out, and one that alone is too long is cut to 255 bytes. */
export function encodeResult(command: number, texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const data: number[] = [];
  for (const text of texts) {
    const field = fitText(text, packetDataBytesMax - 1);
    if (data.length + 1 + field.length > packetDataBytesMax) break;
    data.push(field.length, ...field);
  }
  const head = Uint8Array.of(command, data.length, ...data);
  return Uint8Array.of(...head, checksum(head));
}

/** How many bytes a result of these texts has. */
export function resultBytes(texts: readonly string[]): number {
  return texts.reduce((bytes, text) => bytes + 1 + new TextEncoder().encode(text).length, frameBytes);
}

/** UTF-8, cut between characters. */
export function fitText(text: string, bytesMax: number): Uint8Array {
  const room = new Uint8Array(bytesMax);
  return room.subarray(0, new TextEncoder().encodeInto(text, room).written);
}

function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}
