import assert from 'node:assert';
import type { SlaveConnection } from '../../modbus-sim/modbus-slave.ts';

export interface ReadOptions {
  readonly functionCode: number;
  readonly address: number;
  readonly words: number;
  readonly transactionId?: number;
  readonly unitId?: number;
}

export interface WriteOptions {
  readonly address: number;
  readonly words: readonly number[];
  readonly functionCode?: 6 | 16;
}

export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

export function hex(frame: Uint8Array | undefined): string {
  return frame === undefined ? '' : Buffer.from(frame).toString('hex');
}

/** A read request, built by hand after the reference. */
export function readRequest({
  functionCode,
  address,
  words,
  transactionId = 1,
  unitId = 1,
}: ReadOptions): Uint8Array {
  const frame = Buffer.alloc(12);
  frame.writeUInt16BE(transactionId, 0);
  frame.writeUInt16BE(6, 4);
  frame.writeUInt8(unitId, 6);
  frame.writeUInt8(functionCode, 7);
  frame.writeUInt16BE(address, 8);
  frame.writeUInt16BE(words, 10);
  return Uint8Array.from(frame);
}

/** The data bytes of a good answer; fails on anything else. */
export function readData(connection: SlaveConnection, nowMs: number, options: ReadOptions): Buffer {
  const [answer, ...more] = connection.handle(readRequest(options), nowMs).answers;
  assert(answer !== undefined && more.length === 0, 'one answer comes');
  const frame = Buffer.from(answer.bytes);
  assert.equal(frame.readUInt16BE(4), frame.length - 6, 'the length is right');
  assert.equal(
    frame.readUInt8(7),
    options.functionCode,
    `exception ${frame.readUInt8(8)} at ${options.address}`,
  );
  assert.equal(frame.readUInt8(8), 2 * options.words);
  return frame.subarray(9);
}

/** The exception code of an answer, or 0 when it is a good one. */
export function exceptionCode(connection: SlaveConnection, nowMs: number, options: ReadOptions): number {
  const frame = connection.handle(readRequest(options), nowMs).answers[0]?.bytes;
  assert(frame !== undefined, 'an answer comes');
  return (frame[7] ?? 0) === (options.functionCode | 0x80) ? (frame[8] ?? 0) : 0;
}

/** A write by function 6 or 16, built by hand after the reference. Answers 0 or the exception code. */
export function write(
  connection: SlaveConnection,
  nowMs: number,
  { address, words, functionCode = words.length === 1 ? 6 : 16 }: WriteOptions,
): number {
  const data = Buffer.concat(words.map((word) => Buffer.from([(word >>> 8) & 0xff, word & 0xff])));
  const counted = Buffer.from([0, words.length, data.length]);
  const pdu = Buffer.concat([
    Buffer.from([functionCode, address >>> 8, address & 0xff]),
    functionCode === 16 ? counted : Buffer.alloc(0),
    data,
  ]);
  const header = Buffer.from([0, 9, 0, 0, 0, pdu.length + 1, 1]);
  const [answer] = connection.handle(Uint8Array.from(Buffer.concat([header, pdu])), nowMs).answers;
  assert(answer !== undefined, 'an answer comes');
  if (answer.bytes[7] === (functionCode | 0x80)) return answer.bytes[8] ?? 0;
  const echo = functionCode === 6 ? pdu : pdu.subarray(0, 5);
  assert.equal(hex(answer.bytes.subarray(7)), hex(echo), 'the answer says what was written');
  return 0;
}
