import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { GatewayError } from '../core/errors.ts';

/** What we can unpack; sent as Accept-Encoding. Deflate is unpacked too, but not asked for: servers disagree what it is. */
export const acceptedEncodings = 'gzip, br';

/**
 * The whole body of an answer, unpacked. At no time more than `bytesMax` of it is held. Errors: `answer_invalid` when
 * it is larger, or packed in a way that we do not know; those of the connection and of unpacking as they come.
 */
export async function readHttpBody(answer: IncomingMessage, bytesMax: number): Promise<Uint8Array> {
  const declared = answer.headers['content-length'];
  if (answer.statusCode === 204 || declared === '0') {
    // Read to its end all the same, so that the connection is free again.
    answer.resume();
    return new Uint8Array();
  }
  if (Number(declared ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of unpacked(answer) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function unpacked(answer: IncomingMessage): Readable {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return answer;
  // The error reaches the reader through the stream itself.
  if (encoding === 'br') return pipeline(answer, createBrotliDecompress(), () => undefined);
  if (['gzip', 'x-gzip', 'deflate'].includes(encoding))
    return pipeline(answer, createUnzip(), () => undefined);
  throw new GatewayError('answer_invalid', 'the answer is packed in a way that was not asked for', {
    hint: `it may be packed as ${acceptedEncodings}, or not at all`,
    facts: { where: 'content-encoding' },
  });
}

function tooLarge(bytesMax: number): GatewayError {
  return new GatewayError('answer_invalid', `the answer is larger than ${bytesMax} bytes`, {
    hint: 'check that this is the right address',
    facts: { where: 'body', bytesMax },
  });
}
