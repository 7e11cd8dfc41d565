import { once } from 'node:events';
import { request } from 'node:http';
import t from 'tap';
import type { Test } from 'tap';
import { Type } from 'typebox';
import { bindCommand, defineCommand, type HttpForm } from '../../../gateway/features/command.ts';
import { closed } from '../../../gateway/features/schema.ts';
import { createStubGateway } from '../stub-gateway.ts';

/** A gateway with a command that waits for its signal, or for `finish`. */
async function slowGateway(t: Test, method: HttpForm['method']) {
  const started = Promise.withResolvers<AbortSignal>();
  const finished = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<string>();
  const slow = defineCommand({
    id: 'slow.show',
    summary: 'Waits until nobody waits for it',
    scope: 'open',
    input: closed({}),
    output: closed({ done: Type.Boolean() }),
    http: { method, path: '/api/v1/slow', answerMsMax: 60_000 },
    run: async (_ports: null, _input, { signal }) => {
      started.resolve(signal);
      await Promise.race([once(signal, 'abort'), finished.promise]);
      ended.resolve(signal.aborted ? 'abandoned' : 'finished');
      return { done: true };
    },
  });
  const gateway = await createStubGateway([bindCommand(slow, null)]);
  t.teardown(() => gateway.rest.close());
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const headers = method === 'GET' ? {} : { 'content-type': 'application/json' };
  const sent = request({ host: '127.0.0.1', port, path: '/api/v1/slow', agent: false, method, headers });
  sent.on('error', () => undefined);
  sent.end(method === 'GET' ? undefined : '{}');
  return { sent, started: started.promise, ended: ended.promise, finish: () => finished.resolve(undefined) };
}

for (const method of ['GET', 'POST'] as const) {
  t.test(`a command of a ${method} hears when its caller goes away`, async (t) => {
    const { sent, started, ended } = await slowGateway(t, method);
    await started;
    sent.destroy();
    t.equal(await ended, 'abandoned');
  });

  t.test(`a command of a ${method} hears nothing while its caller waits`, async (t) => {
    const { sent, started, ended, finish } = await slowGateway(t, method);
    const signal = await started;
    // The request has been read to its end by then, and closed as a stream.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    t.notOk(signal.aborted);
    finish();
    t.equal(await ended, 'finished');
    const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    t.equal(response.statusCode, 200);
  });
}
