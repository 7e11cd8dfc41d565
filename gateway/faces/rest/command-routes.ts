import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CommandDeclaration } from '../../features/command.ts';
import type { TextStream } from '../../features/text-stream.ts';
import type { Dispatcher } from '../commands/dispatcher.ts';
import { jsonSchemaOf, type JsonSchema } from '../commands/json-schema.ts';
import type { Admission } from './admission.ts';
import { answerStatus } from './answer-status.ts';
import { callSignal } from './call-signal.ts';
import { nextLink } from './next-link.ts';
import { requestInput } from './request-input.ts';
import { addStreamHead } from './stream-head.ts';

export interface CommandRoutesParts extends Pick<
  Admission,
  'principalOf' | 'originOf' | 'requirePrivacy' | 'requireScope'
> {
  readonly dispatcher: Dispatcher;
}

/** One route for each command's HTTP form. */
export function addCommandRoutes(
  app: FastifyInstance,
  commands: readonly CommandDeclaration[],
  parts: CommandRoutesParts,
): void {
  for (const command of commands) {
    const { id, http, scope } = command;
    const output = jsonSchemaOf(command.output);
    app.route({
      method: http.method,
      url: http.path,
      config: { scope, ...(command.isAuditedItself === true && { rate: 'read' as const }) },
      ...(http.bodyBytesMax !== undefined && { bodyLimit: http.bodyBytesMax }),
      // Asking for the head alone would make all of the answer, to throw it away.
      ...(http.streams !== undefined && { exposeHeadRoute: false }),
      ...(isFastToSerialise(output) ? { schema: { response: { '2xx': output } } } : {}),
      handler: async (request, reply) => {
        const { socket } = request;
        // An injected request has no real one.
        if (http.answerMsMax !== undefined && socket instanceof Socket) socket.setTimeout(http.answerMsMax);
        const input = requestInput(command, request);
        if (command.givesToken?.(input) === true) parts.requirePrivacy(request);
        const answer = await parts.dispatcher.dispatch(id, input, {
          principal: parts.principalOf(request),
          origin: parts.originOf(request),
          signal: callSignal(reply),
        });
        if (http.streams !== undefined) return await streamReply(reply, answer as TextStream);
        const link = nextLink(http, request.url, answer);
        if (link !== undefined) reply.header('link', link);
        return await reply.code(answerStatus(http, answer)).send(answer);
      },
    });
    const [contentType] = http.streams ?? [];
    if (contentType !== undefined) addStreamHead(app, { path: http.path, scope, contentType }, parts);
  }
}

/** No faster than it is read. An error in the middle cuts the connection, which no reader takes for the end. */
function streamReply(reply: FastifyReply, { contentType, fileName, parts }: TextStream): FastifyReply {
  return reply
    .type(contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(parts));
}

/**
 * Whether a serialiser made from the schema writes all that the answer holds: every object must list its
 * properties, since others would be left out, and unions cost it more than they save.
 */
function isFastToSerialise(schema: JsonSchema): boolean {
  if (schema.type === undefined || schema.anyOf !== undefined) return false;
  if (Array.isArray(schema.type) && schema.type.includes('object')) return false;
  if (schema.type === 'array') return schema.items !== undefined && isFastToSerialise(schema.items);
  if (schema.type !== 'object') return true;
  return (
    schema.additionalProperties === false && Object.values(schema.properties ?? {}).every(isFastToSerialise)
  );
}
