import type { GatewayError } from '../../../gateway/core/errors.ts';
import type { FramingListener } from '../../../gateway/io/transports/framing.ts';

/** Everything that a framing says. */
export class FramingLog implements FramingListener {
  readonly answers: Uint8Array[] = [];
  late = 0;
  readonly complaints: string[] = [];
  readonly refusals: GatewayError[] = [];
  readonly replies: Uint8Array[] = [];

  onAnswer(unitAndPdu: Uint8Array): void {
    this.answers.push(Uint8Array.from(unitAndPdu));
  }

  onLateAnswer(): void {
    this.late += 1;
  }

  onInvalid(reason: string): void {
    this.complaints.push(reason);
  }

  onRefused(error: GatewayError): void {
    this.refusals.push(error);
  }

  onReply(bytes: Uint8Array): void {
    this.replies.push(Uint8Array.from(bytes));
  }
}

/** Unit and PDU of a read request. */
export function readRequest(unit: number, functionCode: 3 | 4, count: number, address = 0): Buffer {
  const request = Buffer.of(unit, functionCode, 0, 0, 0, 0);
  request.writeUInt16BE(address, 2);
  request.writeUInt16BE(count, 4);
  return request;
}

/** Unit and PDU of a write with function 16. */
export function writeRequest(unit: number, address: number, words: readonly number[]): Buffer {
  const request = Buffer.alloc(7 + 2 * words.length);
  request.writeUInt8(unit, 0);
  request.writeUInt8(16, 1);
  request.writeUInt16BE(address, 2);
  request.writeUInt16BE(words.length, 4);
  request.writeUInt8(2 * words.length, 6);
  for (const [index, word] of words.entries()) request.writeUInt16BE(word, 7 + 2 * index);
  return request;
}
