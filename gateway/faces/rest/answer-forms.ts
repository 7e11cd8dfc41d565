import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { takesGzip } from './accepted-encoding.ts';
import { entityTag, namesTag, packedTag } from './entity-tag.ts';

const pack = promisify(gzip);

/** Below, a compressed answer is hardly shorter, and costs more. */
const packedLengthMin = 1_024;
/** Of 1 to 9: answers become a fifth to a tenth at any of them, and this one takes half the time of the usual one. */
const packedLevel = 4;

/**
 * Gives good JSON answers their forms: a tag to those of GET and, for who has it already, 304 without them;
 * compressed for those who take gzip. Streams, and what has been compressed, go out as they are.
 */
export function addAnswerForms(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || !isGoodJson(reply)) return payload;
    const tag = isReading(request) ? entityTag(payload) : undefined;
    if (tag !== undefined) {
      reply.header('etag', tag);
      if (namesTag(request.headers['if-none-match'] ?? '', tag)) return notModified(reply);
    }
    if (payload.length < packedLengthMin) return payload;
    reply.header('vary', 'accept-encoding');
    if (!takesGzip(request.headers['accept-encoding'] ?? '')) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    if (tag !== undefined) reply.header('etag', packedTag(tag));
    return await pack(payload, { level: packedLevel });
  });
}

function isReading({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isGoodJson(reply: FastifyReply): boolean {
  const type = reply.getHeader('content-type');
  return reply.statusCode < 300 && typeof type === 'string' && type.startsWith('application/json');
}

function notModified(reply: FastifyReply): null {
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}
