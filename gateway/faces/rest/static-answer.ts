import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StaticAsset } from './route.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * Answers with a file held in memory: compressed once for those who take gzip, and with 304 when the asker has it
 * already (RFC 9110 §8.4.1.3, §13.1.2). Browsers ask each time, so that a new release is seen at once.
 */
export function answerStatic({ contentType, body }: StaticAsset): Handler {
  const packed = gzipSync(body, { level: 9 });
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return (request, reply) => {
    const { 'if-none-match': known = '', 'accept-encoding': encodings = '' } = request.headers;
    reply.header('cache-control', 'no-cache').header('vary', 'accept-encoding').header('etag', etag);
    if (namesTag(known, etag)) return reply.code(304).send();
    reply.type(contentType);
    return takesGzip(encodings) ? reply.header('content-encoding', 'gzip').send(packed) : reply.send(body);
  };
}

/** A cache on the way may have made the tag a weak one; the comparison is the weak one. */
function namesTag(header: string, etag: string): boolean {
  return header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}

function takesGzip(header: string): boolean {
  return header.split(',').some((each) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(each));
}
