import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { ancestorRoutes } from '../../../gateway/faces/rest/ancestor/all.ts';
import { createRestPaths } from '../../../gateway/faces/rest/rest-paths.ts';
import { scopes, type CommandCall } from '../../../gateway/features/command.ts';
import type { RestPaths } from '../../../gateway/features/rest-paths.ts';
import { createStubGateway, type StubGateway } from '../stub-gateway.ts';

const call: CommandCall = {
  principal: { kind: 'cloud', id: 'cloud:ops-1', scopes: new Set(scopes) },
  origin: 'main, 01K',
  signal: new AbortController().signal,
};

function pathsOf({ commands, store, time }: StubGateway, servesAncestorPaths = true): RestPaths {
  const dispatcher = createDispatcher(commands, { audit: store, clock: time, logger: silentLogger });
  return createRestPaths({
    commands: commands.map(({ definition }) => definition),
    dispatcher,
    servesAncestorPaths,
  });
}

/** Earlier paths behind which there is a command that the cloud may not have. */
const closedPaths: ReadonlySet<string> = new Set(['/api/wifi', '/api/wifi/scan']);

t.test('every path that only reads says the same as over HTTP', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(async () => await gateway.rest.close());
  const paths = pathsOf(gateway);
  const authorization = `Bearer ${await gateway.token(scopes, 30 * 86_400_000)}`;
  const definitions = gateway.commands
    .map(({ definition }) => definition)
    .filter(({ http, isClosedToCloud }) => http.streams === undefined && isClosedToCloud !== true);
  const open = [
    ...definitions.map(({ id, http: { method, path } }) => ({ id, method, path })),
    ...ancestorRoutes.map(({ method, path }) => ({ id: `${method} ${path}`, method, path })),
  ].filter(({ method }) => method === 'GET');
  t.ok(open.length > 80);
  for (const { id, path } of open) {
    gateway.time.pass(60_000);
    const url = path.replaceAll(/:[a-zA-Z]+/g, 'inverter');
    const { statusCode, body } = await gateway.rest.inject({ url, headers: { authorization } });
    const found = paths.find('GET', url);
    const said = await found?.ask({ query: {}, body: undefined }, call);
    t.equal(found?.rules.id, id);
    if (closedPaths.has(url)) {
      t.equal(statusCode, 200, url);
      t.match(
        [said?.status, parsed(said?.body)],
        [403, { code: 'forbidden', detail: /not for the cloud/ }],
        url,
      );
      continue;
    }
    t.same(
      { status: said?.status, body: parsed(said?.body) },
      { status: statusCode, body: parsed(body) },
      url,
    );
  }
});

t.test('every route that is served has its rules here, and the earlier paths can be left out', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(async () => await gateway.rest.close());
  const [all, own] = [pathsOf(gateway), pathsOf(gateway, false)];
  for (const { definition } of gateway.commands) {
    const path = definition.http.path.replaceAll(/:[a-zA-Z]+/g, 'x');
    t.equal(all.find(definition.http.method, path)?.rules, definition, definition.id);
    t.equal(own.find(definition.http.method, path)?.rules, definition, definition.id);
  }
  for (const { method, path, scope } of ancestorRoutes) {
    const text = path.replaceAll(/:[a-zA-Z]+/g, 'x');
    t.equal(all.find(method, text)?.rules.scope, scope, `${method} ${path}`);
    t.equal(own.find(method, text), undefined, `${method} ${path}`);
  }
});

t.test('what the cloud may not do is refused inside the earlier paths, too', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(async () => await gateway.rest.close());
  const closed = gateway.commands.find(({ definition }) => definition.isClosedToCloud === true)?.definition;
  const path = closed?.http.path.replaceAll(/:[a-zA-Z]+/g, 'x') ?? '';
  const said = await pathsOf(gateway)
    .find(closed?.http.method ?? '', path)
    ?.ask({ query: {}, body: undefined }, call);
  t.match(said, { status: 403, body: /is not for the cloud/ });
});

/** A challenge is another each time. */
function parsed(body: string | undefined): unknown {
  if (body === undefined || body === '') return undefined;
  return JSON.parse(body.replace(/gwc-[\w-]+/, 'gwc-')) as unknown;
}
