const lineFeed = 0x0a;

/** JSON objects out of the lines of a stream: docs/provisioning-protocol.md, section 5. */
export class LineReader {
  readonly #bytesMax: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The objects that are whole now; undefined when the stream cannot be followed any more: end it. */
  add(chunk: Uint8Array): readonly Readonly<Record<string, unknown>>[] | undefined {
    const objects: Readonly<Record<string, unknown>>[] = [];
    let bytes = Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed)) {
      const object = end > this.#bytesMax ? undefined : objectOf(bytes.subarray(0, end));
      if (object === undefined) return undefined;
      objects.push(object);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > this.#bytesMax) return undefined;
    this.#rest = Buffer.from(bytes);
    return objects;
  }
}

function objectOf(line: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
