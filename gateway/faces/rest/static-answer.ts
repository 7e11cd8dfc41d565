import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { takesGzip } from './accepted-encoding.ts';
import { entityTag, namesTag, packedTag } from './entity-tag.ts';
import type { StaticAsset } from './route.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * Answers with a file held in memory: compressed once for those who take gzip, and with 304 when the asker has it
 * already (RFC 9110 §8.4.1.3, §13.1.2). Browsers ask each time, so that a new release is seen at once.
 */
export function answerStatic({ contentType, body, headers = {} }: StaticAsset): Handler {
  const packed = gzipSync(body, { level: 9 });
  const tag = entityTag(body);
  return (request, reply) => {
    const { 'if-none-match': known = '', 'accept-encoding': encodings = '' } = request.headers;
    reply
      .headers(headers)
      .header('cache-control', 'no-cache')
      .header('vary', 'accept-encoding')
      .header('etag', tag);
    if (namesTag(known, tag)) return reply.code(304).send();
    reply.type(contentType);
    if (!takesGzip(encodings)) return reply.send(body);
    return reply.header('content-encoding', 'gzip').header('etag', packedTag(tag)).send(packed);
  };
}
