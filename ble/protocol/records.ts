import nacl from 'tweetnacl';
import { messageBytesMax } from './fragments.ts';
import { frameTypes } from './frames.ts';
import { ProtocolError } from './protocol-error.ts';

const counterBytes = 8;
const headBytes = 1 + counterBytes;
/** Of one payload: what a message holds, less the head and the authenticator. */
export const payloadBytesMax = messageBytesMax - headBytes - nacl.secretbox.overheadLength;

/** Makes the records of one direction: frame `06`, a counter from 0 on, and the payload in a NaCl secretbox. */
export class RecordSealer {
  readonly #key: Uint8Array;
  #counter = 0n;

  /** `key`: 32 bytes, of this direction and this session alone. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Throws `ProtocolError` for more than 4 071 bytes. */
  seal(payload: Uint8Array): Uint8Array {
    if (payload.length > payloadBytesMax)
      throw new ProtocolError('malformed', `a payload of ${payload.length} bytes cannot be sent`);
    const box = nacl.secretbox(payload, nonceOf(this.#counter), this.#key);
    const frame = new Uint8Array(headBytes + box.length);
    frame[0] = frameTypes.record;
    new DataView(frame.buffer).setBigUint64(1, this.#counter);
    frame.set(box, headBytes);
    this.#counter += 1n;
    return frame;
  }
}

/** Opens the records of one direction, each once and in order. */
export class RecordOpener {
  readonly #key: Uint8Array;
  #counter = 0n;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The payload. Throws `ProtocolError` (`malformed`) for anything but the next record of this key: end the session. */
  open(frame: Uint8Array): Uint8Array {
    if (frame[0] !== frameTypes.record || frame.length < headBytes + nacl.secretbox.overheadLength)
      throw new ProtocolError('malformed', `${frame.length} bytes that are no record`);
    const counter = new DataView(frame.buffer, frame.byteOffset, frame.length).getBigUint64(1);
    if (counter !== this.#counter)
      throw new ProtocolError('malformed', `record ${counter} where ${this.#counter} is expected`);
    const payload = nacl.secretbox.open(frame.subarray(headBytes), nonceOf(counter), this.#key);
    if (payload === null) throw new ProtocolError('malformed', 'a record that does not open');
    this.#counter += 1n;
    return payload;
  }
}

/** 16 zero bytes, and the counter in 8 (big-endian). */
function nonceOf(counter: bigint): Uint8Array {
  const nonce = new Uint8Array(nacl.secretbox.nonceLength);
  new DataView(nonce.buffer).setBigUint64(nonce.length - counterBytes, counter);
  return nonce;
}
