import { GatewayError } from '../../core/errors.ts';

const lineFeed = 0x0a;

/** Lines out of chunks as they come. */
export class LineJoiner {
  readonly #bytesMax: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The lines that are whole now, without their ends; empty ones are left out. Errors: `request_too_large`. */
  add(chunk: Uint8Array): readonly Uint8Array[] {
    const lines: Uint8Array[] = [];
    let bytes = Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed)) {
      this.#refuseLonger(end);
      if (end > 0) lines.push(bytes.subarray(0, end));
      bytes = bytes.subarray(end + 1);
    }
    this.#refuseLonger(bytes.length);
    this.#rest = bytes;
    return lines;
  }

  #refuseLonger(bytes: number): void {
    if (bytes <= this.#bytesMax) return;
    throw new GatewayError(
      'request_too_large',
      `a line of the radio is longer than ${this.#bytesMax} bytes`,
      {
        hint: 'one JSON object a line, as docs/provisioning-protocol.md says',
      },
    );
  }
}
