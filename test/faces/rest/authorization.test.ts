import t from 'tap';
import { plainRoutes } from '../../../gateway/faces/rest/route.ts';
import { scopes, type Scope } from '../../../gateway/features/command.ts';
import { createStubGateway } from '../stub-gateway.ts';

const bearer = (secret: string): { authorization: string } => ({ authorization: `Bearer ${secret}` });

t.test('every route refuses whoever may not, and lets in whoever may', async (t) => {
  const gateway = await createStubGateway();
  const routes = [
    ...gateway.commands.map(({ definition }) => ({
      method: definition.http.method,
      url: definition.http.path.replaceAll(/:[a-z]+/gi, 'inverter'),
      scope: definition.scope,
    })),
    ...plainRoutes.map(({ path, scope }) => ({ method: 'GET' as const, url: path, scope })),
  ];
  const expired = await gateway.token(scopes, 1_000);
  gateway.time.pass(2_000);
  for (const { method, url, scope } of routes) {
    const ask = async (headers: Record<string, string>): Promise<number> => {
      gateway.time.pass(61_000);
      const response = await gateway.rest.inject({ method, url, headers, payloadAsStream: true });
      response.stream().destroy();
      return response.statusCode;
    };
    if (scope === 'open') {
      t.not(await ask({}), 401, `${method} ${url} is open`);
      continue;
    }
    t.equal(await ask({}), 401, `${method} ${url} without a token`);
    t.equal(await ask(bearer(`egw_${'A'.repeat(43)}`)), 401, `${method} ${url} with an unknown token`);
    t.equal(await ask(bearer('nonsense')), 401, `${method} ${url} with nonsense`);
    t.equal(await ask({ authorization: 'Basic dXNlcjpwdw==' }), 401, `${method} ${url} with a password`);
    t.equal(await ask(bearer(expired)), 401, `${method} ${url} with an expired token`);
    const others = scopes.filter((other): other is Scope => other !== scope);
    t.equal(await ask(bearer(await gateway.token(others))), 403, `${method} ${url} with every other scope`);
    const status = await ask(bearer(await gateway.token([scope])));
    t.notOk([401, 403].includes(status), `${method} ${url} with ${scope} answers ${status}`);
    for (const { id } of gateway.tokens.list()) await gateway.tokens.remove(id);
  }
  await gateway.rest.close();
});
