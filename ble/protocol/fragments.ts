import { ProtocolError } from './protocol-error.ts';

/** Of a whole message, in bytes. */
export const messageBytesMax = 4096;
/** Of a fragment, with its head. */
export const fragmentBytesLimit = 512;
/** From the first fragment of a message to its last. */
const messageMsMax = 10_000;

const lastFlag = 0x80;
const numberMask = 0x7f;

/**
 * The fragments of a message, in order: docs/provisioning-protocol.md, section 2. `fragmentBytesMax` counts the head,
 * too; more than 512 is taken for 512. Throws `ProtocolError` for an empty message, and one beyond 4 096 bytes.
 */
export function splitIntoFragments(message: Uint8Array, fragmentBytesMax: number): Uint8Array[] {
  if (message.length === 0 || message.length > messageBytesMax)
    throw new ProtocolError('malformed', `a message of ${message.length} bytes cannot be sent`);
  if (!(fragmentBytesMax >= 2))
    throw new ProtocolError('malformed', `fragments of ${fragmentBytesMax} bytes carry nothing`);
  const contentBytesMax = Math.min(Math.floor(fragmentBytesMax), fragmentBytesLimit) - 1;
  const fragments: Uint8Array[] = [];
  for (let from = 0; from < message.length; from += contentBytesMax) {
    const content = message.subarray(from, from + contentBytesMax);
    const isLast = from + content.length === message.length;
    const fragment = new Uint8Array(1 + content.length);
    fragment[0] = (fragments.length & numberMask) | (isLast ? lastFlag : 0);
    fragment.set(content, 1);
    fragments.push(fragment);
  }
  return fragments;
}

/**
 * Joins the fragments of one direction of one link. What is not the fragment that must come now is refused, and what
 * was there of the message is gone.
 */
export class FragmentJoiner {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #firstAtMs = 0;

  /**
   * The message when its last fragment has come, undefined before. `atMs`: of a clock that never goes back. Throws
   * `ProtocolError` (`malformed`) for a fragment that is empty, out of order, repeated, beyond the size, or late.
   */
  add(fragment: Uint8Array, atMs: number): Uint8Array | undefined {
    const fault = this.#faultOf(fragment, atMs);
    if (fault !== undefined) {
      this.reset();
      throw new ProtocolError('malformed', fault);
    }
    if (this.#parts.length === 0) this.#firstAtMs = atMs;
    this.#parts.push(fragment.slice(1));
    this.#bytes += fragment.length - 1;
    return isLast(fragment) ? this.#take() : undefined;
  }

  /** Whether a message has begun and not ended. */
  get isOpen(): boolean {
    return this.#parts.length > 0;
  }

  /** Forgets what has come of a message. */
  reset(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  #faultOf(fragment: Uint8Array, atMs: number): string | undefined {
    const head = fragment[0];
    if (head === undefined || fragment.length < 2) return 'an empty fragment';
    if (fragment.length > fragmentBytesLimit) return `a fragment of ${fragment.length} bytes`;
    const expected = this.#parts.length & numberMask;
    if ((head & numberMask) !== expected)
      return `fragment ${head & numberMask} where ${expected} is expected`;
    if (this.#bytes + fragment.length - 1 > messageBytesMax)
      return `a message of more than ${messageBytesMax} bytes`;
    const isLate = this.#parts.length > 0 && atMs - this.#firstAtMs > messageMsMax;
    return isLate ? 'a fragment that comes too late' : undefined;
  }

  #take(): Uint8Array {
    const message = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      message.set(part, at);
      at += part.length;
    }
    this.reset();
    return message;
  }
}

function isLast(fragment: Uint8Array): boolean {
  return ((fragment[0] ?? 0) & lastFlag) !== 0;
}
