import type { FastifyInstance } from 'fastify';
import { parseStrictJson } from '../../core/strict-json.ts';

/** Bodies are JSON and nothing else, read more strictly than Fastify does: it makes null of 1e999. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    // What this throws is the answer.
    done(null, parseStrictJson(body));
  });
}
