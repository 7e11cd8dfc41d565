/** Of a name, and of one of its labels (RFC 1035, 2.3.4). */
const nameBytesMax = 255;
const labelBytesMax = 63;
/** More are not looked at: nobody has so many addresses. */
const recordsMax = 64;
const headerBytes = 12;
const typeA = 1;
const classInternet = 1;

/** An IPv4 address of a name, and how long it may be kept. */
export interface AddressRecord {
  readonly address: string;
  readonly ttlSeconds: number;
}

/** Asks for the IPv4 addresses of a name (RFC 1035, 4.1); undefined for a name that cannot be asked for. */
export function encodeAddressQuestion(id: number, name: string): Uint8Array | undefined {
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .map((label) => Buffer.from(label));
  const isName = labels.every(({ length }) => length > 0 && length <= labelBytesMax);
  const encoded = Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), label]),
    Buffer.of(0),
  ]);
  if (!isName || encoded.length > nameBytesMax) return undefined;
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, encoded, Buffer.of(0, typeA, 0, classInternet)]);
}

/** The addresses that an answer gives the name, wherever in it they stand; none where it is no answer. */
export function readAddressAnswer(message: Uint8Array, name: string): readonly AddressRecord[] {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
  try {
    return readRecords(bytes, name.toLowerCase().replace(/\.$/, ''));
  } catch (error) {
    // It is cut, or was never one.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function readRecords(bytes: Buffer, name: string): readonly AddressRecord[] {
  const flags = bytes.readUInt16BE(2);
  const [isAnswer, isRefusal] = [(flags & 0x8000) !== 0, (flags & 0x000f) !== 0];
  if (!isAnswer || isRefusal) return [];
  let at = headerBytes;
  for (let question = 0; question < Math.min(bytes.readUInt16BE(4), recordsMax); question += 1)
    at = readName(bytes, at).end + 4;
  const records = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  const found: AddressRecord[] = [];
  for (let record = 0; record < Math.min(records, recordsMax); record += 1) {
    const owner = readName(bytes, at);
    const dataAt = owner.end + 10;
    const length = bytes.readUInt16BE(owner.end + 8);
    if (isAddress(bytes, owner.end, length) && owner.name === name)
      found.push({
        address: [0, 1, 2, 3].map((index) => bytes.readUInt8(dataAt + index)).join('.'),
        ttlSeconds: bytes.readUInt32BE(owner.end + 4),
      });
    at = dataAt + length;
  }
  return found;
}

/** In multicast DNS the first bit of the class says that others are not to be kept (RFC 6762, 10.2). */
function isAddress(bytes: Buffer, at: number, length: number): boolean {
  return (
    bytes.readUInt16BE(at) === typeA &&
    (bytes.readUInt16BE(at + 2) & 0x7fff) === classInternet &&
    length === 4
  );
}

/** In small letters. A pointer may only lead back, or it could lead in a circle: such a name is none. */
function readName(bytes: Buffer, from: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let [at, end, before] = [from, -1, from];
  for (;;) {
    const length = bytes.readUInt8(at);
    if (length === 0) break;
    if (length < 0xc0) {
      labels.push(bytes.toString('utf8', at + 1, at + 1 + length));
      at += 1 + length;
    } else {
      if (end < 0) end = at + 2;
      at = bytes.readUInt16BE(at) & 0x3fff;
      if (at >= before) return { name: '', end };
      before = at;
    }
  }
  return { name: labels.join('.').toLowerCase(), end: end < 0 ? at + 1 : end };
}
