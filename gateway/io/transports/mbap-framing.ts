import {
  exceptionLength,
  expectAnswer,
  isException,
  mistakeInAnswer,
  type ExpectedAnswer,
} from './expected-answer.ts';
import type { Framing, FramingListener } from './framing.ts';

/** The request whose answer is due. */
interface Due {
  readonly transactionId: number;
  readonly answer: ExpectedAnswer;
}

const headerBytes = 6;
const lengthMin = 3;
const lengthMax = 254;
/** Answers to more than this many requests ago are not late but made up. */
const lateRequestsMax = 64;
const noBytes = new Uint8Array(0);

/**
 * Modbus TCP: protocol id 0, a length that fits the request, its transaction id, unit, function and byte count
 * or echo, or the connection is lost. It judges as soon as the bytes allow, and keeps at most one incomplete
 * frame (259 bytes). "MODBUS Messaging on TCP/IP Implementation Guide V1.0b", section 3.1.3.
 */
export class MbapFraming implements Framing {
  readonly mayEcho = false;
  readonly #listener: FramingListener;
  readonly #trustsLength: boolean;
  #rest: Uint8Array = noBytes;
  #due: Due | undefined;
  #transactionId = 0;
  #requests = 0;
  #isBroken = false;

  /** @param trustsLength false: an answer is as long as its function and its request make it, whatever it says */
  constructor(listener: FramingListener, trustsLength = true) {
    this.#listener = listener;
    this.#trustsLength = trustsLength;
  }

  get bufferedBytes(): number {
    return this.#rest.length;
  }

  request(unitAndPdu: Uint8Array): Uint8Array {
    this.#transactionId = (this.#transactionId + 1) & 0xffff;
    this.#requests = Math.min(this.#requests + 1, lateRequestsMax);
    this.#due = { transactionId: this.#transactionId, answer: expectAnswer(unitAndPdu) };
    const frame = Buffer.allocUnsafe(headerBytes + unitAndPdu.length);
    frame.writeUInt16BE(this.#transactionId, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(unitAndPdu.length, 4);
    frame.set(unitAndPdu, headerBytes);
    return frame;
  }

  push(bytes: Uint8Array): void {
    const stream = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (!this.#isBroken && at < stream.length) {
      const consumed = this.#takeFrame(stream, at);
      if (consumed === 0) break;
      at += consumed;
    }
    this.#rest =
      this.#isBroken || at === stream.length ? noBytes : Uint8Array.prototype.slice.call(stream, at);
  }

  giveUp(): void {
    this.#due = undefined;
  }

  reset(): void {
    this.#rest = noBytes;
    this.#due = undefined;
    this.#isBroken = false;
  }

  unansweredCount(): number {
    return 0;
  }

  /** The bytes of the frame that begins here; 0 when it is incomplete, or the stream is broken. */
  #takeFrame(stream: Uint8Array, at: number): number {
    const available = stream.length - at;
    if (available >= 4 && word(stream, at + 2) !== 0) return this.#break('the protocol id is not 0');
    if (available < headerBytes) return 0;
    const transactionId = word(stream, at);
    const isLate = this.#isLate(transactionId);
    const length = this.#lengthOf(stream, at, isLate);
    if (length === undefined) return 0;
    if (length < lengthMin || length > lengthMax) return this.#break(`the length is ${length}`);
    const mistake = isLate ? undefined : this.#mistakeIn(stream, at, { transactionId, length });
    if (mistake !== undefined) return this.#break(mistake);
    if (available < headerBytes + length) return 0;
    if (isLate) this.#listener.onLateAnswer();
    else this.#answer(stream.subarray(at + headerBytes, at + headerBytes + length));
    return headerBytes + length;
  }

  #answer(unitAndPdu: Uint8Array): void {
    this.#due = undefined;
    this.#listener.onAnswer(unitAndPdu);
  }

  #isLate(transactionId: number): boolean {
    const age = (this.#transactionId - transactionId) & 0xffff;
    return this.#due === undefined ? age < this.#requests : age > 0 && age < this.#requests;
  }

  /** Of unit and PDU; undefined as long as it cannot be told. */
  #lengthOf(stream: Uint8Array, at: number, isLate: boolean): number | undefined {
    const due = this.#due?.answer;
    if (this.#trustsLength || isLate || due === undefined) return word(stream, at + 4);
    const functionCode = stream[at + headerBytes + 1];
    if (functionCode === undefined) return undefined;
    return isException(functionCode, due) ? exceptionLength : due.length;
  }

  /** What is wrong with the bytes there are so far of the answer that is due. */
  #mistakeIn(
    stream: Uint8Array,
    at: number,
    { transactionId, length }: { readonly transactionId: number; readonly length: number },
  ): string | undefined {
    const due = this.#due;
    if (due === undefined) return `nobody asked for transaction ${transactionId}`;
    if (transactionId !== due.transactionId) {
      return `transaction ${transactionId} answered instead of ${due.transactionId}`;
    }
    if (length !== exceptionLength && length !== due.answer.length) {
      return `the length is ${length}, not ${due.answer.length}`;
    }
    return mistakeInAnswer(stream, at + headerBytes, due.answer, length === exceptionLength);
  }

  #break(reason: string): 0 {
    this.#isBroken = true;
    this.#due = undefined;
    this.#listener.onInvalid(reason);
    return 0;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
