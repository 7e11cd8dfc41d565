import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { GatewayError } from '../../core/errors.ts';

/** A body as it was sent, before anything in it was read. */
export interface RawBody {
  /** SHA-256, small hex; of nothing where there is none. */
  readonly hash: string;
  /** The same bytes again. */
  readonly stream: Readable;
}

/** Takes a body whole. Errors: `request_too_large`, `input_invalid` for one that is cut off. */
export async function takeRawBody(
  payload: AsyncIterable<unknown>,
  headers: IncomingHttpHeaders,
  bytesMax: number,
): Promise<RawBody> {
  const parts: Uint8Array[] = [];
  let length = 0;
  if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (hasBody(headers)) {
    for await (const part of readAll(payload)) {
      length += part.length;
      if (length > bytesMax) throw tooLarge(bytesMax);
      parts.push(part);
    }
  }
  const bytes = Buffer.concat(parts);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { hash, stream: Readable.from(length === 0 ? [] : [bytes], { objectMode: false }) };
}

/** RFC 9112, 6.3: a request has one only when it says so. Waiting for what is not there would never end. */
function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function* readAll(payload: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of payload)
      yield typeof part === 'string' ? Buffer.from(part) : (part as Uint8Array);
  } catch (cause) {
    throw new GatewayError('input_invalid', 'the body was cut off', { hint: 'send all of it', cause });
  }
}

function tooLarge(bytesMax: number): GatewayError {
  return new GatewayError('request_too_large', 'the body is too large', {
    hint: `send at most ${bytesMax / 1_024} KiB`,
  });
}
