import type { FastifyReply } from 'fastify';
import { GatewayError } from '../../core/errors.ts';

/**
 * Fires when the caller hangs up before it has its answer. That of Fastify's request fires as soon as the body of
 * a POST has been read.
 */
export function callSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (raw.writableFinished) return;
    controller.abort(new GatewayError('connection_closed', 'the caller hung up before it had its answer'));
  });
  return controller.signal;
}
