import { createECDH } from 'node:crypto';
import { signDigest } from './ecdsa-p256.ts';

/** What goes wrong at one transfer. `asleep`: its watchdog has just run out. */
export type ChipFault = 'silent' | 'garbled' | 'asleep';

export interface Atecc608Options {
  /** 9 bytes. */
  readonly serial: Uint8Array;
  /** The private key in slot 0: 32 bytes. */
  readonly secret: Uint8Array;
  /** 0x02 is the ATECC608A, 0x03 the B. */
  readonly revision?: number;
  /** A chip from the reel has no key in slot 0 yet. */
  readonly isBlank?: boolean;
  /** Transfers are counted from 0, wakes among them. */
  readonly fault?: (transfer: number) => ChipFault | undefined;
}

const watchdogMs = 1_300;
const wakeDelayMs = 1.5;
/** Parse error and execution error. */
const unknownCommand = Buffer.from([0x03]);
const impossible = Buffer.from([0x0f]);
const busyMs: Readonly<Record<number, number>> = { 0x30: 1, 0x02: 1, 0x40: 75, 0x1b: 15, 0x16: 10, 0x41: 92 };

/**
 * A Microchip ATECC608 as its data sheet (DS40002239) and CryptoAuthLib describe it, as far as signing goes: asleep
 * until it is woken, busy while it computes, and asleep again when its watchdog runs out, with all forgotten. No clock
 * and no bus: bytes and the time go in; bytes come out, or nothing where it does not acknowledge.
 */
export class Atecc608Chip {
  readonly #options: Atecc608Options;
  readonly #publicKey: Buffer;
  /** When its watchdog runs out, its answer is there, and its digest was loaded. */
  #awakeUntilMs = -Infinity;
  #readyMs = 0;
  #answer = Buffer.alloc(0);
  #read = 0;
  #digest: Buffer | undefined;
  #transfers = 0;

  constructor(options: Atecc608Options) {
    this.#options = options;
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(options.secret);
    this.#publicKey = ecdh.getPublicKey().subarray(1);
  }

  /** X and Y. */
  get publicKey(): Uint8Array {
    return this.#publicKey;
  }

  get transfers(): number {
    return this.#transfers;
  }

  isAsleep(atMs: number): boolean {
    return atMs >= this.#awakeUntilMs;
  }

  /** The data line is low for longer than 60 µs. One that is awake takes it for nothing. */
  wake(atMs: number): void {
    const fault = this.#nextFault(atMs);
    if (fault === 'silent' || !this.isAsleep(atMs)) return;
    this.#awakeUntilMs = atMs + watchdogMs;
    this.#digest = undefined;
    this.#say(Buffer.from([0x11]), atMs + wakeDelayMs);
  }

  /** Whether it acknowledges. */
  write(bytes: Uint8Array, atMs: number): boolean {
    const fault = this.#nextFault(atMs);
    if (fault === 'silent' || this.isAsleep(atMs) || atMs < this.#readyMs) return false;
    const [wordAddress] = bytes;
    if (wordAddress === 0x00) this.#read = 0;
    if (wordAddress === 0x01) this.#awakeUntilMs = -Infinity;
    if (wordAddress === 0x03) this.#execute(garbledBy(fault, bytes.subarray(1)), atMs);
    return true;
  }

  /** Undefined: it does not acknowledge. Beyond its answer there is nothing but ones. */
  read(length: number, atMs: number): Uint8Array | undefined {
    const fault = this.#nextFault(atMs);
    if (fault === 'silent' || this.isAsleep(atMs) || atMs < this.#readyMs) return undefined;
    const bytes = Buffer.alloc(length, 0xff);
    this.#answer.copy(bytes, 0, this.#read);
    this.#read += length;
    return garbledBy(fault, bytes);
  }

  #nextFault(atMs: number): ChipFault | undefined {
    const fault = this.#options.fault?.(this.#transfers);
    this.#transfers += 1;
    if (fault === 'asleep') this.#awakeUntilMs = Math.min(this.#awakeUntilMs, atMs);
    return fault;
  }

  #execute(group: Uint8Array, atMs: number): void {
    const [count = 0, opcode = 0, mode = 0, low = 0, high = 0] = group;
    const isWhole = count === group.length && checksumOf(group.subarray(0, -2)).equals(group.subarray(-2));
    if (!isWhole) {
      this.#say(Buffer.from([0xff]), atMs);
      return;
    }
    const answer = this.#answerTo(opcode, mode, low | (high << 8), group.subarray(5, -2));
    this.#say(answer, atMs + (busyMs[opcode] ?? 0));
  }

  #answerTo(opcode: number, mode: number, parameter: number, data: Uint8Array): Buffer {
    if (parameter !== 0) return impossible;
    const command = `${opcode.toString(16)}.${mode.toString(16)}`;
    return this.#commands[command]?.(data) ?? unknownCommand;
  }

  /** By operation code and mode. */
  readonly #commands: Readonly<Record<string, (data: Uint8Array) => Buffer>> = {
    '30.0': () => Buffer.from([0x00, 0x00, 0x60, this.#revision]),
    '2.80': () => this.#configuration(),
    '1b.0': () => Buffer.alloc(32, 0x5a),
    '40.0': () => (this.#options.isBlank === true ? impossible : this.#publicKey),
    '16.43': (data) => this.#loadDigest(data),
    '41.a0': () => this.#signature(),
  };

  get #revision(): number {
    return this.#options.revision ?? 0x02;
  }

  #loadDigest(data: Uint8Array): Buffer {
    if (data.length !== 32) return unknownCommand;
    this.#digest = Buffer.from(data);
    return Buffer.from([0x00]);
  }

  /** The first block: serial number, revision, and how it is reached. */
  #configuration(): Buffer {
    const { serial } = this.#options;
    const rest = Buffer.alloc(19, 0x01);
    return Buffer.concat([
      serial.subarray(0, 4),
      Buffer.from([0x00, 0x00, 0x60, this.#revision]),
      serial.subarray(4),
      rest,
    ]);
  }

  /** Of the digest itself. */
  #signature(): Buffer {
    const digest = this.#digest;
    this.#digest = undefined;
    if (digest === undefined || this.#options.isBlank === true) return impossible;
    return signDigest(this.#options.secret, digest);
  }

  #say(answer: Uint8Array, readyMs: number): void {
    const group = Buffer.from([answer.length + 3, ...answer]);
    this.#answer = Buffer.concat([group, checksumOf(group)]);
    this.#read = 0;
    this.#readyMs = readyMs;
  }
}

function garbledBy(fault: ChipFault | undefined, bytes: Uint8Array): Uint8Array {
  if (fault !== 'garbled') return bytes;
  const garbled = Uint8Array.from(bytes);
  const last = Math.min(3, garbled.length - 1);
  garbled[last] = (garbled[last] ?? 0) ^ 0x10;
  return garbled;
}

/** CRC-16 of 0x8005, as a shift register fed bit by bit, lowest first. */
function checksumOf(bytes: Uint8Array): Buffer {
  let register = 0;
  for (const byte of bytes) {
    for (let mask = 1; mask <= 0x80; mask <<= 1) {
      const dataBit = (byte & mask) === 0 ? 0 : 1;
      const registerBit = (register & 0x8000) === 0 ? 0 : 1;
      register = (register << 1) & 0xffff;
      if (dataBit !== registerBit) register ^= 0x8005;
    }
  }
  const bytesOut = Buffer.alloc(2);
  bytesOut.writeUInt16LE(register);
  return bytesOut;
}
