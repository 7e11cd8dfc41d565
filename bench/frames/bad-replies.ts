import type { SeededRandom } from '../../modbus-sim/random.ts';
import { randomBytes } from './exchange.ts';

/** Makes a bad reply out of the honest one to a Modbus TCP read. */
export type BadReply = (honest: Buffer, random: SeededRandom) => Buffer;

const transactionAt = 0;
const protocolAt = 2;
const lengthAt = 4;
const unitAt = 6;
const functionAt = 7;
const byteCountAt = 8;

/** The eleven kinds, each on its own as a device or a gateway with a bug sends it. */
export const badReplies: Readonly<Record<string, BadReply>> = {
  short_frame: (honest, random) => honest.subarray(0, random.integer(1, honest.length - 1)),
  long_frame: (honest) => {
    const longer = Buffer.concat([honest, Buffer.from([0x12, 0x34])]);
    longer.writeUInt16BE(honest.readUInt16BE(lengthAt) + 2, lengthAt);
    return withByte(longer, byteCountAt, (byte) => byte + 2);
  },
  wrong_transaction: (honest, random) => {
    const copy = Buffer.from(honest);
    copy.writeUInt16BE(
      (honest.readUInt16BE(transactionAt) + random.integer(1, 0xffff)) & 0xffff,
      transactionAt,
    );
    return copy;
  },
  wrong_protocol: (honest, random) => withByte(honest, protocolAt + 1, () => random.integer(1, 255)),
  wrong_unit: (honest, random) => withByte(honest, unitAt, (byte) => byte + random.integer(1, 255)),
  wrong_function: (honest) => withByte(honest, functionAt, (byte) => byte ^ 0x07),
  byte_count_lie: (honest, random) =>
    withByte(honest, byteCountAt, (byte) => byte + 2 * random.integer(1, 20)),
  zero_length: (honest) => withLength(honest, 0),
  length_65535: (honest) => withLength(honest, 0xffff),
  trailing_garbage: (honest, random) => Buffer.concat([honest, randomBytes(random, random.integer(1, 12))]),
  random_bytes: (_, random) => randomBytes(random, random.integer(1, 80)),
};

function withByte(honest: Buffer, at: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(honest);
  copy[at] = change(honest[at] ?? 0) & 0xff;
  return copy;
}

function withLength(honest: Buffer, length: number): Buffer {
  const copy = Buffer.from(honest);
  copy.writeUInt16BE(length, lengthAt);
  return copy;
}
