import { concat } from './bytes.ts';
import { loggerGarbageKinds } from './fault-plan.ts';
import type { GarbageKind } from './fault-plan.ts';
import type { Framing, GarbledAnswer, IncomingRequest, OwnBytes } from './framing.ts';
import { garbleRtu, mangleRtuFrame } from './garble-rtu.ts';
import { randomBytes, split } from './garbled-bytes.ts';
import type { SeededRandom } from './random.ts';
import { RtuFraming } from './rtu-framing.ts';
import { SolarmanStream, loggerControl, sealed, solarmanFrame } from './solarman-frame.ts';
import type { SolarmanFrame } from './solarman-frame.ts';

export interface LoggerOptions {
  /** The stick's own, 1 … 4,294,967,295; not the inverter's. */
  readonly loggerSerial: number;
  /** Two zero bytes follow each Modbus CRC, as some Deye sticks send them. */
  readonly doublesCrc?: boolean;
  /** Every so many requests a heartbeat or a handshake comes before the answer. 0, the default: never. */
  readonly chatterEvery?: number;
  readonly baudRate?: number;
}

/** How a logger tells that it has no Modbus answer: the inverter is asleep, or another logger was meant. */
const noAnswer = Uint8Array.of(0x05, 0x00);
/** Of the payload, before the Modbus frame. */
const requestHeadBytes = 15;
const replyHeadBytes = 14;
const wrappingBytes = 13;
const tailBytes = 2;
/** Working time (30 days), power-on time (an hour) and offset; nobody is known to look at them. */
const uptime = Uint8Array.of(0x00, 0x8d, 0x27, 0x00, 0x10, 0x0e, 0x00, 0x00, 0xc0, 0x9f, 0x73, 0x68);

/** A Solarman V5 logger in front of a serial line: RTU requests and answers in its own wrapping. */
export class SolarmanFraming implements Framing {
  readonly isBroken = false;
  readonly broadcastUnitId = 0;
  readonly garbageKinds = loggerGarbageKinds;
  readonly pieceGapMs = 4;
  readonly #options: LoggerOptions;
  readonly #stream = new SolarmanStream();
  readonly #line: RtuFraming;
  #count = 0;

  constructor(options: LoggerOptions) {
    this.#options = options;
    this.#line = new RtuFraming(options.baudRate);
  }

  push(chunk: Uint8Array): (IncomingRequest | OwnBytes)[] {
    return this.#stream.push(chunk).flatMap((frame) => this.#answer(frame));
  }

  wireMs(requestBytes: number, answerBytes: number): number {
    const onLine = (bytes: number, head: number): number => Math.max(0, bytes - wrappingBytes - head);
    return this.#line.wireMs(onLine(requestBytes, requestHeadBytes), onLine(answerBytes, replyHeadBytes));
  }

  garble(kind: GarbageKind, answer: GarbledAnswer, random: SeededRandom): readonly Uint8Array[] {
    const { bytes } = answer;
    switch (kind) {
      case 'short-frame':
        return [bytes.slice(0, random.integer(1, bytes.length - 1))];
      case 'split':
        return split(bytes, random);
      case 'random-bytes':
        return [randomBytes(random, random.integer(1, 80))];
      case 'trailing-garbage':
      case 'noise-before':
        return garbleRtu(kind, answer, random);
      default:
        return [mangled(kind, bytes, random)];
    }
  }

  #answer(frame: SolarmanFrame): (IncomingRequest | OwnBytes)[] {
    // Acknowledgements of what was pushed need no answer.
    if (frame.control !== loggerControl.request) return [];
    this.#count += 1;
    const reply = (inner: Uint8Array): Uint8Array => this.#reply(frame, inner);
    const [request] = new RtuFraming().push(frame.payload.subarray(requestHeadBytes));
    const isForUs = frame.loggerSerial === this.#options.loggerSerial && request !== undefined;
    if (!isForUs) return [...this.#chatter(), { kind: 'own', bytes: reply(noAnswer) }];
    const extra = this.#options.doublesCrc === true ? new Uint8Array(2) : new Uint8Array(0);
    return [
      ...this.#chatter(),
      {
        ...request,
        bytes: frame.bytes,
        frame: (pdu) => reply(concat([request.frame(pdu), extra])),
        silence: () => reply(noAnswer),
      },
    ];
  }

  /** The client's sequence byte comes back beside the logger's own count. */
  #reply({ sequence }: SolarmanFrame, inner: Uint8Array): Uint8Array {
    const payload = concat([Uint8Array.of(0x02, 0x01), uptime, inner]);
    return solarmanFrame({
      control: loggerControl.reply,
      sequence: (sequence & 0xff) | ((this.#count & 0xff) << 8),
      loggerSerial: this.#options.loggerSerial,
      payload,
    });
  }

  #chatter(): OwnBytes[] {
    const { chatterEvery = 0, loggerSerial } = this.#options;
    if (chatterEvery === 0 || this.#count % chatterEvery !== 0) return [];
    const isHandshake = (this.#count / chatterEvery) % 2 === 0;
    const control = isHandshake ? loggerControl.handshake : loggerControl.heartbeat;
    const payload = isHandshake
      ? concat([Uint8Array.of(0x02), uptime, new Uint8Array(40)])
      : Uint8Array.of(0);
    const sequence = ((this.#count & 0xff) << 8) | (this.#count & 0xff);
    return [{ kind: 'own', bytes: solarmanFrame({ control, sequence, loggerSerial, payload }) }];
  }
}

/** Wrong in the wrapping, or in the Modbus frame inside of a right one. */
function mangled(kind: GarbageKind, bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = bytes.slice();
  const head = new DataView(copy.buffer);
  switch (kind) {
    case 'wrong-transaction':
      head.setUint8(5, head.getUint8(5) + random.integer(1, 255));
      return sealed(copy);
    case 'wrong-protocol':
      copy[copy.length - tailBytes] = (copy.at(-tailBytes) ?? 0) + random.integer(1, 255);
      return copy;
    case 'zero-length':
      head.setUint16(1, 0, true);
      return copy;
    case 'length-65535':
      head.setUint16(1, 0xffff, true);
      return copy;
    default: {
      const innerAt = wrappingBytes - tailBytes + replyHeadBytes;
      const inner = mangleRtuFrame(kind, bytes.slice(innerAt, -tailBytes), random);
      const whole = concat([bytes.subarray(0, innerAt), inner, new Uint8Array(tailBytes)]);
      new DataView(whole.buffer).setUint16(1, whole.length - wrappingBytes, true);
      return sealed(whole);
    }
  }
}
