import { GatewayError } from '../../core/errors.ts';

/** A command of the chip, as far as we need them: what goes in, what comes out, and how long it takes. */
export interface ChipCommand {
  readonly name: string;
  readonly opcode: number;
  readonly mode: number;
  readonly parameter: number;
  readonly data?: Uint8Array;
  /** Bytes of the answer; 1 where it is a status alone. */
  readonly answerBytes: number;
  /** Until it answers: usually, and at most, with the slowest setting of its clock. */
  readonly usualMs: number;
  readonly mostMs: number;
}

const wordAddressCommand = 0x03;
/** Count and checksum. */
const overheadBytes = 3;

/**
 * The commands, as Microchip's CryptoAuthLib numbers them (lib/calib): the message digest goes to a buffer of its own
 * (Nonce 0x43), from where Sign 0xA0 takes it. Times are of its table for the ATECC608 and the data sheet DS40002239.
 */
export const chipCommands = {
  revision: () => command('Info', 0x30, 0, { answerBytes: 4, usualMs: 1, mostMs: 20 }),
  /** 32 bytes of the configuration, from its beginning. */
  configuration: () => command('Read', 0x02, 0x80, { answerBytes: 32, usualMs: 1, mostMs: 20 }),
  publicKey: () => command('GenKey', 0x40, 0, { answerBytes: 64, usualMs: 60, mostMs: 660 }),
  /** Has its random numbers seeded anew before a signature uses them. */
  random: () => command('Random', 0x1b, 0, { answerBytes: 32, usualMs: 15, mostMs: 60 }),
  loadDigest: (data: Uint8Array) =>
    command('Nonce', 0x16, 0x43, { data, answerBytes: 1, usualMs: 5, mostMs: 60 }),
  sign: () => command('Sign', 0x41, 0xa0, { answerBytes: 64, usualMs: 60, mostMs: 700 }),
} as const;

function command(
  name: string,
  opcode: number,
  mode: number,
  rest: Omit<ChipCommand, 'name' | 'opcode' | 'mode' | 'parameter'>,
): ChipCommand {
  // Slot 0, or address 0.
  return { name, opcode, mode, parameter: 0, ...rest };
}

/** What is written to the bus: word address, count, command, checksum. */
export function commandBytes({ opcode, mode, parameter, data = new Uint8Array() }: ChipCommand): Buffer {
  const count = data.length + 7;
  const group = Buffer.from([count, opcode, mode, parameter & 0xff, parameter >> 8, ...data]);
  return Buffer.concat([Buffer.from([wordAddressCommand]), group, checksum(group)]);
}

/** How many bytes to read for its answer. What is beyond a shorter one is 0xff. */
export function answerLength({ answerBytes }: ChipCommand): number {
  return answerBytes + overheadBytes;
}

/** The answer's bytes. Errors: `signer_unavailable` for a checksum that is wrong, and for what the chip refuses. */
export function answerOf({ name, answerBytes }: ChipCommand, read: Uint8Array): Uint8Array {
  const count = read[0] ?? 0;
  const body = read.subarray(0, count - 2);
  if (count < 4 || count > read.length || !checksum(body).equals(read.subarray(count - 2, count)))
    throw chipFailed(`gave a damaged answer to ${name}`, { reason: 'damaged' });
  const answer = body.subarray(1);
  const status = answer[0] ?? 0;
  if (answer.length === 1 && (answerBytes !== 1 || status !== 0)) throw refused(name, status);
  if (answer.length !== answerBytes)
    throw chipFailed(`answered ${answer.length} bytes to ${name}`, { reason: 'damaged' });
  return answer;
}

/** Whether these are the bytes that the chip has for whoever woke it (DS40002239, “I/O Transactions”, status 0x11). */
export function isAwake(read: Uint8Array): boolean {
  return Buffer.from(read).equals(Buffer.from([0x04, 0x11, 0x33, 0x43]));
}

export function chipFailed(
  what: string,
  detail: { readonly reason: string; readonly hint?: string; readonly cause?: unknown },
): GatewayError {
  const { reason, hint = 'check its power and its wires: the bus must run at 100 kHz', cause } = detail;
  return new GatewayError('signer_unavailable', `the chip that signs ${what}`, {
    hint,
    cause,
    facts: { reason },
  });
}

const statuses: Readonly<Record<number, string>> = {
  0x03: 'it does not know the command',
  0x05: 'its arithmetic failed',
  0x07: 'its self-test failed',
  0x08: 'its health test failed',
  0x0f: 'it cannot do that as it is set up',
  0x11: 'it has just woken up',
  0xee: 'it is about to fall asleep',
  0xff: 'it got a damaged command',
};

function refused(name: string, status: number): GatewayError {
  const code = `0x${status.toString(16).padStart(2, '0')}`;
  const isSetUp = status !== 0x03 && status !== 0x0f;
  return chipFailed(`refused ${name}: ${statuses[status] ?? 'nobody knows why'} (${code})`, {
    reason: code,
    ...(!isSetUp && { hint: 'it must be an ATECC608 with a locked configuration and a P-256 key in slot 0' }),
  });
}

/** CRC-16, polynomial 0x8005, from 0, the lowest bit of a byte first; the low byte of it first. */
function checksum(bytes: Uint8Array): Buffer {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = ((byte >> bit) & 1) !== crc >> 15;
      crc = ((crc << 1) & 0xffff) ^ (isOdd ? 0x8005 : 0);
    }
  }
  return Buffer.from([crc & 0xff, crc >> 8]);
}
