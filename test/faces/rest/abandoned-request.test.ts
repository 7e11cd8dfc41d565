import { once } from 'node:events';
import { request } from 'node:http';
import t from 'tap';
import { Type } from 'typebox';
import { bindCommand, defineCommand } from '../../../gateway/features/command.ts';
import { closed } from '../../../gateway/features/schema.ts';
import { createStubGateway } from '../stub-gateway.ts';

t.test('a command hears when its caller goes away', async (t) => {
  const started = Promise.withResolvers<undefined>();
  const abandoned = Promise.withResolvers<undefined>();
  const slow = defineCommand({
    id: 'slow.show',
    summary: 'Waits until nobody waits for it',
    scope: 'open',
    input: closed({}),
    output: closed({ done: Type.Boolean() }),
    http: { method: 'GET', path: '/api/v1/slow' },
    run: async (_ports: null, _input, { signal }) => {
      started.resolve(undefined);
      await once(signal, 'abort');
      abandoned.resolve(undefined);
      return { done: true };
    },
  });
  const gateway = await createStubGateway([bindCommand(slow, null)]);
  t.teardown(() => gateway.rest.close());
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const sent = request({ host: '127.0.0.1', port, path: '/api/v1/slow', agent: false });
  sent.on('error', () => undefined);
  sent.end();
  await started.promise;
  sent.destroy();
  await abandoned.promise;
  t.pass('its signal fired');
});
