/** What the device must answer to one request; see `expectAnswer`. Unit and PDU, without any frame around. */
export interface ExpectedAnswer {
  /** The bytes that are known before: unit, function, and the byte count or what a write echoes. */
  readonly prefix: Uint8Array;
  readonly length: number;
}

/** Unit, function with its highest bit set, and the exception. */
export const exceptionLength = 3;

/**
 * The only answer, besides an exception, to a request of function 3, 4, 6 or 16 (unit and PDU). A write echoes
 * the request, 16 without its data ("MODBUS Application Protocol Specification V1.1b3", sections 6.3 to 6.12).
 */
export function expectAnswer(request: Uint8Array): ExpectedAnswer {
  const functionCode = request[1] ?? 0;
  if (functionCode === 6 || functionCode === 16) return { prefix: request.slice(0, 6), length: 6 };
  const byteCount = 2 * (((request[4] ?? 0) << 8) | (request[5] ?? 0));
  return { prefix: Uint8Array.of(request[0] ?? 0, functionCode, byteCount), length: 3 + byteCount };
}

/** Whether an answer that begins with these bytes is an exception to the request. */
export function isException(functionCode: number | undefined, expected: ExpectedAnswer): boolean {
  return functionCode === ((expected.prefix[1] ?? 0) | 0x80);
}

/** What is wrong with the bytes from `at`, as far as they are there, as the answer that is due. */
export function mistakeInAnswer(
  bytes: Uint8Array,
  at: number,
  expected: ExpectedAnswer,
  mustBeException: boolean,
): string | undefined {
  const { prefix } = expected;
  const available = bytes.length - at;
  if (available > 0 && bytes[at] !== prefix[0]) return `unit ${bytes[at]} answered instead of ${prefix[0]}`;
  if (!mustBeException) return mistakeInPrefix(bytes, at, prefix);
  if (available > 1 && !isException(bytes[at + 1], expected)) {
    return `function ${bytes[at + 1]} instead of ${(prefix[1] ?? 0) | 0x80}`;
  }
  return available > 2 && bytes[at + 2] === 0 ? 'exception 0' : undefined;
}

function mistakeInPrefix(bytes: Uint8Array, at: number, prefix: Uint8Array): string | undefined {
  const available = Math.min(bytes.length - at, prefix.length);
  for (let index = 1; index < available; index += 1) {
    const [byte, due] = [bytes[at + index], prefix[index]];
    if (byte === due) continue;
    if (index === 1) return `function ${byte} instead of ${due}`;
    return prefix.length === 3
      ? `the byte count is ${byte}, not ${due}`
      : `it confirms another write: byte ${index} is ${byte}, not ${due}`;
  }
  return undefined;
}
