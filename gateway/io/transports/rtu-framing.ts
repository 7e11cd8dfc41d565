import type { Clock } from '../../core/clock.ts';
import { crc16, crc16Next, crc16Start, withCrc } from './crc16.ts';
import {
  exceptionLength,
  expectAnswer,
  isException,
  mistakeInAnswer,
  type ExpectedAnswer,
} from './expected-answer.ts';
import type { Framing, FramingListener } from './framing.ts';
import { UnansweredRequests } from './unanswered-requests.ts';

/** The request whose answer is due. */
interface Due {
  readonly unit: number;
  readonly functionCode: number;
  /** With its CRC, as an adapter would echo it. */
  readonly frame: Uint8Array;
  readonly answer: ExpectedAnswer;
  isEchoed: boolean;
}

/** What the bytes from the first that is not noise are. */
type Verdict = 'incomplete' | 'answer' | 'damaged' | 'echo' | 'noise';

const crcBytes = 2;
const frameLengthMin = exceptionLength + crcBytes;
/** Two of the longest frames: an echo or noise, and an answer. */
const bytesMax = 512;

/**
 * Modbus RTU ("MODBUS over Serial Line V1.02", section 2.5.1). A frame ends where its expected length does and
 * its CRC fits, as adapters hand bytes on with gaps of their own. Noise before an answer is skipped, and so is
 * the echo of our own request that a two-wire adapter hears. A whole frame that is not due breaks the protocol,
 * unless it may be the late answer to a request that was given up. It keeps at most 512 bytes.
 */
export class RtuFraming implements Framing {
  readonly #listener: FramingListener;
  readonly #unanswered: UnansweredRequests;
  readonly #bytes = new Uint8Array(bytesMax);
  #length = 0;
  /** Bytes before are noise. */
  #start = 0;
  /** Of all bytes: 0 when they make one frame. */
  #crc = crc16Start;
  #due: Due | undefined;
  /** Whether requests come back on this connection; undefined as long as no answer has shown it. */
  #echoes: boolean | undefined;
  /** After a damaged frame nothing is heard until the next request. */
  #isDeaf = false;

  constructor(listener: FramingListener, clock: Clock) {
    this.#listener = listener;
    this.#unanswered = new UnansweredRequests(clock);
  }

  get bufferedBytes(): number {
    return this.#length;
  }

  get mayEcho(): boolean {
    return this.#echoes === undefined;
  }

  request(unitAndPdu: Uint8Array): Uint8Array {
    const frame = withCrc(unitAndPdu);
    const [unit = 0, functionCode = 0] = unitAndPdu;
    this.#due = { unit, functionCode, frame, answer: expectAnswer(unitAndPdu), isEchoed: false };
    this.#isDeaf = false;
    this.#clear();
    return frame;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#isDeaf) return;
      this.#bytes[this.#length] = byte;
      this.#length += 1;
      this.#crc = crc16Next(this.#crc, byte);
      if (this.#due === undefined) this.#takeUnasked();
      else this.#take(this.#due);
      if (this.#length === bytesMax) this.#break('bytes without end that are no frame');
    }
  }

  giveUp(): void {
    const due = this.#due;
    if (due !== undefined) this.#unanswered.add(due.unit, due.functionCode);
    this.#due = undefined;
    this.#clear();
  }

  reset(): void {
    this.giveUp();
    this.#isDeaf = false;
    this.#echoes = undefined;
  }

  unansweredCount(unit: number, functionCode: number): number {
    // Its answer is the request: a late one confirms the same, or is no answer at all.
    return functionCode === 6 ? 0 : this.#unanswered.count(unit, functionCode);
  }

  /** A whole frame while nothing is due comes late; anything else is dropped by the next request. */
  #takeUnasked(): void {
    if (!this.#isWholeFrame()) return;
    this.#unanswered.drop(...this.#sender());
    this.#clear();
    this.#listener.onLateAnswer();
  }

  #take(due: Due): void {
    let verdict = this.#verdict(due);
    while (verdict === 'noise' && this.#start < this.#length) {
      this.#start += 1;
      verdict = this.#verdict(due);
    }
    if (verdict === 'answer') this.#answer(due);
    else if (verdict === 'damaged') this.#breakDamaged();
    else if (verdict === 'echo') {
      due.isEchoed = true;
      this.#clear();
    } else if (this.#start > 0 && this.#isWholeFrame()) this.#takeForeign();
  }

  #answer(due: Due): void {
    const from = this.#start;
    const isAnswer = !isException(this.#bytes[from + 1], due.answer);
    const length = isAnswer ? due.answer.length : exceptionLength;
    this.#due = undefined;
    // The answer to a write of one register is its echo, and shows nothing.
    if (due.functionCode !== 6 || !isAnswer) this.#echoes = due.isEchoed;
    this.#unanswered.settle(due.unit, due.functionCode);
    this.#clear();
    this.#listener.onAnswer(this.#bytes.subarray(from, from + length));
  }

  #takeForeign(): void {
    const [unit, functionCode] = this.#sender();
    if (this.#unanswered.count(unit, functionCode) === 0) {
      this.#break(`unit ${unit} sent what was not asked for, with function ${functionCode}`);
      return;
    }
    this.#unanswered.drop(unit, functionCode);
    this.#clear();
    this.#listener.onLateAnswer();
  }

  /** Echo and answer may begin alike, or be the same. */
  #verdict(due: Due): Verdict {
    const bytes = this.#bytes.subarray(this.#start, this.#length);
    const verdict = answerVerdict(bytes, due.answer);
    if (due.isEchoed || bytes.length === 0 || !isStartOf(bytes, due.frame)) return verdict;
    if (verdict === 'answer' && this.#echoes !== true) return verdict;
    return bytes.length === due.frame.length ? 'echo' : 'incomplete';
  }

  #isWholeFrame(): boolean {
    return this.#crc === 0 && this.#length >= frameLengthMin;
  }

  /** Unit and function of the bytes as a frame. */
  #sender(): readonly [unit: number, functionCode: number] {
    return [this.#bytes[0] ?? 0, (this.#bytes[1] ?? 0) & 0x7f];
  }

  #breakDamaged(): void {
    // It has answered: nothing more comes of this request.
    this.#due = undefined;
    this.#break('the CRC is wrong');
  }

  #break(reason: string): void {
    this.giveUp();
    this.#isDeaf = true;
    this.#listener.onInvalid(reason);
  }

  #clear(): void {
    this.#length = 0;
    this.#start = 0;
    this.#crc = crc16Start;
  }
}

function answerVerdict(bytes: Uint8Array, due: ExpectedAnswer): Verdict {
  if (bytes.length === 0) return 'incomplete';
  const mustBeException = isException(bytes[1], due);
  if (mistakeInAnswer(bytes, 0, due, mustBeException) !== undefined) return 'noise';
  const length = (mustBeException ? exceptionLength : due.length) + crcBytes;
  if (bytes.length < length) return 'incomplete';
  return crc16(bytes, length) === 0 ? 'answer' : 'damaged';
}

function isStartOf(bytes: Uint8Array, whole: Uint8Array): boolean {
  return bytes.length <= whole.length && bytes.every((byte, index) => byte === whole[index]);
}
