import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { crc16, withCrc } from './crc16.ts';
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
  readonly sequence: number;
  readonly answer: ExpectedAnswer;
}

const start = 0xa5;
const end = 0x15;
const headerBytes = 11;
const trailerBytes = 2;
/** Frame type, status, three times of four bytes each. */
const answerPreambleBytes = 14;
const frameType = 2;
const requestControl = 0x4510;
const answerControl = 0x1510;
/** What the logger says by itself: handshake, data, info, heartbeat, report. */
const noticeControls: readonly number[] = [0x4110, 0x4210, 0x4310, 0x4710, 0x4810];
/** Between a notice's control code and that of our answer. */
const noticeToReply = 0x3000;
/** A logger's notices are longer than its answers, but not by much. */
const payloadBytesMax = 1_024;
/** Unit, function, one byte and a CRC: nothing shorter is Modbus. */
const modbusBytesMin = exceptionLength + 2;
const crcBytes = 2;
/** Answers to more than this many requests ago are not late but made up. */
const lateRequestsMax = 64;
const noBytes = new Uint8Array(0);

/**
 * Solarman V5, as the loggers of Deye, Sofar, Solis and others speak it: an RTU frame in an envelope with the
 * logger's serial number, a sequence number, a length and a checksum. The protocol is not published; this is
 * what pysolarmanv5's documentation found. It keeps at most one incomplete frame (1,037 bytes).
 */
export class SolarmanFraming implements Framing {
  readonly mayEcho = false;
  readonly #listener: FramingListener;
  readonly #loggerSerial: number;
  readonly #clock: Clock;
  #rest: Uint8Array = noBytes;
  #due: Due | undefined;
  #sequence = 0;
  #requests = 0;
  #isBroken = false;

  constructor(listener: FramingListener, loggerSerial: number, clock: Clock) {
    this.#listener = listener;
    this.#loggerSerial = loggerSerial;
    this.#clock = clock;
  }

  get bufferedBytes(): number {
    return this.#rest.length;
  }

  request(unitAndPdu: Uint8Array): Uint8Array {
    this.#sequence = (this.#sequence + 1) & 0xff;
    this.#requests = Math.min(this.#requests + 1, lateRequestsMax);
    this.#due = { sequence: this.#sequence, answer: expectAnswer(unitAndPdu) };
    const times = Buffer.alloc(12);
    const payload = Buffer.concat([Buffer.of(frameType, 0, 0), times, withCrc(unitAndPdu)]);
    return this.#envelope(requestControl, this.#sequence, payload);
  }

  push(bytes: Uint8Array): void {
    const stream = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (!this.#isBroken && at < stream.length) {
      const consumed = this.#takeFrame(stream.subarray(at));
      if (consumed === 0) break;
      at += consumed;
    }
    this.#rest = this.#isBroken || at === stream.length ? noBytes : Uint8Array.from(stream.subarray(at));
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

  /** The bytes of the frame at the begin of the stream; 0 when it is incomplete, or the stream is broken. */
  #takeFrame(stream: Buffer): number {
    if (stream[0] !== start) return this.#break('a frame does not begin with A5');
    if (stream.length < headerBytes) return 0;
    const payloadBytes = stream.readUInt16LE(1);
    if (payloadBytes === 0 || payloadBytes > payloadBytesMax) {
      return this.#break(`the length is ${payloadBytes}`);
    }
    const length = headerBytes + payloadBytes + trailerBytes;
    if (stream.length < length) return 0;
    const frame = stream.subarray(0, length);
    const mistake = this.#mistakeIn(frame) ?? this.#takeWhole(frame);
    return mistake === undefined ? length : this.#break(mistake);
  }

  #mistakeIn(frame: Buffer): string | undefined {
    if (frame.at(-1) !== end) return 'a frame does not end with 15';
    if (frame.at(-2) !== checksum(frame)) return 'the checksum is wrong';
    const serial = frame.readUInt32LE(7);
    return serial === this.#loggerSerial
      ? undefined
      : `logger ${serial} answered instead of ${this.#loggerSerial}`;
  }

  /** What is wrong with a sound frame. */
  #takeWhole(frame: Buffer): string | undefined {
    const control = frame.readUInt16LE(3);
    if (control === answerControl) return this.#takeAnswer(frame);
    if (!noticeControls.includes(control)) return `the control code is ${control.toString(16)}`;
    this.#replyTo(frame);
    return undefined;
  }

  #takeAnswer(frame: Buffer): string | undefined {
    const sequence = frame.readUInt8(5);
    const age = (this.#sequence - sequence) & 0xff;
    const due = this.#due;
    if (age < this.#requests && (age > 0 || due === undefined)) {
      this.#listener.onLateAnswer();
      return undefined;
    }
    if (due === undefined || sequence !== due.sequence) return `nobody asked for sequence ${sequence}`;
    const inner = frame.subarray(headerBytes + answerPreambleBytes, -trailerBytes);
    if (frame[headerBytes] !== frameType || frame.length < headerBytes + answerPreambleBytes + trailerBytes) {
      return 'the payload is no answer of an inverter';
    }
    if (inner.length < modbusBytesMin) {
      this.#due = undefined;
      this.#listener.onRefused(this.#asleep());
      return undefined;
    }
    const unitAndPdu = unpackModbus(inner, due.answer);
    if (typeof unitAndPdu === 'string') return unitAndPdu;
    this.#due = undefined;
    this.#listener.onAnswer(unitAndPdu);
    return undefined;
  }

  /** Loggers repeat what they say until it is answered: with the type, 1, the time, and no offset. */
  #replyTo(notice: Buffer): void {
    const payload = Buffer.alloc(10);
    payload.writeUInt8(notice.readUInt8(headerBytes), 0);
    payload.writeUInt8(1, 1);
    payload.writeUInt32LE(Math.floor(this.#clock.wall() / 1_000) >>> 0, 2);
    this.#listener.onReply(
      this.#envelope(notice.readUInt16LE(3) - noticeToReply, notice.readUInt16LE(5), payload),
    );
  }

  #envelope(control: number, sequence: number, payload: Uint8Array): Buffer {
    const frame = Buffer.alloc(headerBytes + payload.length + trailerBytes);
    frame.writeUInt8(start, 0);
    frame.writeUInt16LE(payload.length, 1);
    frame.writeUInt16LE(control, 3);
    frame.writeUInt16LE(sequence, 5);
    frame.writeUInt32LE(this.#loggerSerial, 7);
    frame.set(payload, headerBytes);
    frame.writeUInt8(checksum(frame), frame.length - 2);
    frame.writeUInt8(end, frame.length - 1);
    return frame;
  }

  #asleep(): GatewayError {
    return new GatewayError('device_timeout', `logger ${this.#loggerSerial} has no answer of its inverter`, {
      hint: "the inverter is asleep, as at night, or loggerSerial is not this logger's serial number",
      facts: { loggerSerial: this.#loggerSerial },
    });
  }

  #break(reason: string): 0 {
    this.#isBroken = true;
    this.#due = undefined;
    this.#listener.onInvalid(reason);
    return 0;
  }
}

/** Unit and PDU of the answer that is due; or what is wrong with it. Some loggers add two bytes after the CRC. */
function unpackModbus(inner: Buffer, due: ExpectedAnswer): Buffer | string {
  const mustBeException = isException(inner[1], due);
  const mistake = mistakeInAnswer(inner, 0, due, mustBeException);
  if (mistake !== undefined) return mistake;
  const length = mustBeException ? exceptionLength : due.length;
  const extraBytes = inner.length - length - crcBytes;
  if (extraBytes !== 0 && extraBytes !== crcBytes)
    return `an answer of ${inner.length} bytes, not ${length + crcBytes}`;
  return crc16(inner, length + crcBytes) === 0 ? inner.subarray(0, length) : 'the CRC is wrong';
}

/** The sum of all between the first byte and the trailer. */
function checksum(frame: Uint8Array): number {
  let sum = 0;
  for (let index = 1; index < frame.length - trailerBytes; index += 1) sum += frame[index] ?? 0;
  return sum & 0xff;
}
