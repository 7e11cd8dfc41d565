/** A read request on its way, as its answer is checked against it. */
export interface PendingRead {
  readonly transactionId: number;
  readonly unit: number;
  /** 3 or 4. */
  readonly functionCode: number;
  /** Registers. */
  readonly count: number;
}

/** What a reader makes of the bytes. Called from within `push`. */
export interface MbapListener {
  /** The pending request's answer: unit, function and what follows. Valid only during the call. */
  onAnswer(unitAndPdu: Uint8Array): void;
  /** An answer to an earlier request of ours, dropped. */
  onLateAnswer(): void;
  /** The protocol was broken. The reader is of no use until `reset`. */
  onInvalid(reason: string): void;
}

const headerBytes = 6;
const lengthMin = 3;
const lengthMax = 254;
/** Answers to more than this many requests ago are not late but made up. */
const lateRequestsMax = 64;
const noBytes = new Uint8Array(0);

/**
 * Takes the byte stream of one Modbus TCP connection apart, and believes nothing: protocol id 0, a length
 * that fits the request, its transaction id, unit, function and byte count, or the connection is lost. It
 * judges as soon as the bytes allow, and keeps at most one incomplete frame (259 bytes).
 * "MODBUS Messaging on TCP/IP Implementation Guide V1.0b", section 3.1.3.
 */
export class MbapReader {
  readonly #listener: MbapListener;
  #rest = noBytes;
  #pending: PendingRead | undefined;
  #lastTransactionId = 0;
  #requests = 0;
  #isBroken = false;

  constructor(listener: MbapListener) {
    this.#listener = listener;
  }

  /** Bytes of an incomplete frame. */
  get bufferedBytes(): number {
    return this.#rest.length;
  }

  /** A new connection: nothing is pending, nothing is buffered. Earlier transaction ids stay known. */
  reset(): void {
    this.#rest = noBytes;
    this.#pending = undefined;
    this.#isBroken = false;
  }

  /** From now on the answer of this request, and of no other, is awaited. */
  expect(request: PendingRead): void {
    this.#pending = request;
    this.#lastTransactionId = request.transactionId;
    this.#requests = Math.min(this.#requests + 1, lateRequestsMax);
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

  /** The bytes of the frame that begins here; 0 when it is incomplete, or the stream is broken. */
  #takeFrame(stream: Uint8Array, at: number): number {
    const available = stream.length - at;
    if (available >= 4 && word(stream, at + 2) !== 0) return this.#break('the protocol id is not 0');
    if (available < headerBytes) return 0;
    const length = word(stream, at + 4);
    if (length < lengthMin || length > lengthMax) return this.#break(`the length is ${length}`);
    const transactionId = word(stream, at);
    const isLate = this.#isLate(transactionId);
    const mistake = isLate ? undefined : this.#mistakeIn(stream, at, transactionId);
    if (mistake !== undefined) return this.#break(mistake);
    if (available < headerBytes + length) return 0;
    if (isLate) this.#listener.onLateAnswer();
    else this.#answer(stream.subarray(at + headerBytes, at + headerBytes + length));
    return headerBytes + length;
  }

  #answer(unitAndPdu: Uint8Array): void {
    this.#pending = undefined;
    this.#listener.onAnswer(unitAndPdu);
  }

  #isLate(transactionId: number): boolean {
    const age = (this.#lastTransactionId - transactionId) & 0xffff;
    return this.#pending === undefined ? age < this.#requests : age > 0 && age < this.#requests;
  }

  /** What is wrong with the bytes there are so far of an answer to the pending request. */
  #mistakeIn(stream: Uint8Array, at: number, transactionId: number): string | undefined {
    const pending = this.#pending;
    if (pending === undefined) return `nobody asked for transaction ${transactionId}`;
    if (transactionId !== pending.transactionId) {
      return `transaction ${transactionId} answered instead of ${pending.transactionId}`;
    }
    const length = word(stream, at + 4);
    const dataLength = lengthMin + 2 * pending.count;
    if (length === lengthMin) return mistakeInBody(stream, at, pending, true);
    if (length !== dataLength) return `the length is ${length}, not ${dataLength}`;
    return mistakeInBody(stream, at, pending, false);
  }

  #break(reason: string): 0 {
    this.#isBroken = true;
    this.#pending = undefined;
    this.#listener.onInvalid(reason);
    return 0;
  }
}

/** Unit, function, and the byte after it: a byte count, or the exception. As far as they are there. */
function mistakeInBody(
  stream: Uint8Array,
  at: number,
  pending: PendingRead,
  isException: boolean,
): string | undefined {
  const unit = stream[at + 6];
  const functionCode = stream[at + 7];
  const size = stream[at + 8];
  if (unit === undefined) return undefined;
  if (unit !== pending.unit) return `unit ${unit} answered instead of ${pending.unit}`;
  if (functionCode === undefined) return undefined;
  const functionExpected = isException ? pending.functionCode | 0x80 : pending.functionCode;
  if (functionCode !== functionExpected) return `function ${functionCode} instead of ${functionExpected}`;
  if (size === undefined) return undefined;
  if (isException) return size === 0 ? 'exception 0' : undefined;
  return size === 2 * pending.count ? undefined : `the byte count is ${size}, not ${2 * pending.count}`;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
