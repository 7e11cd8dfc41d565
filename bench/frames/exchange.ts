import type { SeededRandom } from '../../modbus-sim/random.ts';

/** A request, and what an honest slave answers to it; unit and PDU of each. */
export interface Exchange {
  readonly request: Buffer;
  readonly answer: Buffer;
}

const functionCodes = [3, 4, 6, 16] as const;
const exceptions = [1, 2, 3, 4, 5, 6, 10, 11] as const;
const unitMax = 247;
const registersMax = 123;
const exceptionShare = 0.1;
const shortShare = 0.7;
const shortMax = 8;

/** Mostly short ones, in which each byte of the frame is hit more often. */
export function randomExchange(random: SeededRandom): Exchange {
  const functionCode = random.pick(functionCodes);
  const count = functionCode === 6 ? 1 : randomCount(random);
  const data = randomBytes(random, 2 * count);
  const head = Buffer.of(random.integer(1, unitMax), functionCode);
  const address = randomBytes(random, 2);
  const request = Buffer.concat([head, address, requestTail(functionCode, count, data)]);
  if (random.unit() < exceptionShare) {
    const exception = Buffer.of(head[0] ?? 0, functionCode | 0x80, random.pick(exceptions));
    return { request, answer: exception };
  }
  const isRead = functionCode === 3 || functionCode === 4;
  const answer = isRead
    ? Buffer.concat([head, Buffer.of(data.length), randomBytes(random, data.length)])
    : request.subarray(0, 6);
  return { request, answer };
}

/** Whether a device may answer so, whatever stands in its registers. */
export function isAnswerTo(request: Buffer, answer: Buffer): boolean {
  const functionCode = request[1] ?? 0;
  if (answer[0] !== request[0]) return false;
  if (answer[1] === (functionCode | 0x80)) return answer.length === 3 && answer[2] !== 0;
  if (functionCode === 6 || functionCode === 16) return answer.equals(request.subarray(0, 6));
  const byteCount = 2 * request.readUInt16BE(4);
  return answer[1] === functionCode && answer[2] === byteCount && answer.length === 3 + byteCount;
}

function randomCount(random: SeededRandom): number {
  return random.integer(1, random.unit() < shortShare ? shortMax : registersMax);
}

/** After the address: how many registers, and for a write what to write. */
function requestTail(functionCode: number, count: number, data: Buffer): Buffer {
  if (functionCode === 6) return data;
  const words = Buffer.of(0, count);
  return functionCode === 16 ? Buffer.concat([words, Buffer.of(data.length), data]) : words;
}

export function randomBytes(random: SeededRandom, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 4) {
    let word = random.uint32();
    for (let index = at; index < Math.min(at + 4, length); index += 1, word >>>= 8)
      bytes[index] = word & 0xff;
  }
  return bytes;
}
