/** What of Protocol Buffers these few messages need: https://protobuf.dev/programming-guides/encoding. */
const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** No message of a phone has more. */
const fieldsMax = 32;
const fieldNumberMax = 0x1fff_ffff;
/** A varint is of 64 bits. */
const varintBytesMax = 10;

/** Fields with bytes by their number, of which the last counts, as the format has it; other kinds are passed over. */
export type ByteFields = ReadonlyMap<number, Uint8Array>;

/** A field with bytes: a text in UTF-8, or a message within. */
export function byteField(number: number, value: Uint8Array): Uint8Array {
  return Uint8Array.of(...varint((number << 3) | wireTypes.bytes), ...varint(value.length), ...value);
}

/** Undefined unless the whole is a message. */
export function readByteFields(message: Uint8Array): ByteFields | undefined {
  const fields = new Map<number, Uint8Array>();
  let at = 0;
  for (let count = 0; at < message.length; count += 1) {
    const key = readVarint(message, at);
    const number = key === undefined ? 0 : Number(key.value >> 3n);
    if (key === undefined || number < 1 || number > fieldNumberMax || count === fieldsMax) return undefined;
    const value = spanOf(message, Number(key.value & 7n), key.end);
    if (value === undefined) return undefined;
    if (value.isBytes) fields.set(number, message.subarray(value.from, value.end));
    at = value.end;
  }
  return fields;
}

interface Span {
  readonly from: number;
  readonly end: number;
  readonly isBytes: boolean;
}

/** Where the value of a field is that begins here. */
function spanOf(message: Uint8Array, wireType: number, from: number): Span | undefined {
  switch (wireType) {
    case wireTypes.varint: {
      const end = readVarint(message, from)?.end;
      return end === undefined ? undefined : { from, end, isBytes: false };
    }
    case wireTypes.bytes: {
      const length = readVarint(message, from);
      if (length === undefined || length.value > BigInt(message.length - length.end)) return undefined;
      return { from: length.end, end: length.end + Number(length.value), isBytes: true };
    }
    case wireTypes.fixed32:
    case wireTypes.fixed64: {
      const end = from + (wireType === wireTypes.fixed32 ? 4 : 8);
      return end > message.length ? undefined : { from, end, isBytes: false };
    }
    default:
      return undefined;
  }
}

function readVarint(
  message: Uint8Array,
  from: number,
): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let index = 0; index < varintBytesMax; index += 1) {
    const byte = message[from + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  return undefined;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
