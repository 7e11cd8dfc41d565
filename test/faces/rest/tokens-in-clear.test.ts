import t, { type Test } from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { createRestServer, type RestResponse } from '../../../gateway/faces/rest/rest-server.ts';
import { SigningClient } from '../../signing-client.ts';
import { createStubGateway, type StubGateway } from '../stub-gateway.ts';

interface Stand {
  readonly gateway: StubGateway;
  ask(url: string, payload: object, remoteAddress: string, token?: string): Promise<RestResponse>;
}

/** A gateway that takes no tokens in the clear. */
async function stand(t: Test): Promise<Stand> {
  const gateway = await createStubGateway();
  const { store, time, access, commands, feed } = gateway;
  const rest = await createRestServer({
    dispatcher: createDispatcher(commands, { audit: store, clock: time, logger: silentLogger }),
    commands: commands.map(({ definition }) => definition),
    feed,
    liveSnapshot: () => [],
    staticAssets: new Map(),
    clock: time,
    alarm: time,
    logger: silentLogger,
    audit: store,
    security: access.security,
    credentials: access.credentials,
    acceptsTokensInClear: false,
    version: '1',
    hostNames: [],
  });
  t.teardown(async () => {
    await rest.close();
    await gateway.rest.close();
  });
  return {
    gateway,
    ask: async (url, payload, remoteAddress, token) =>
      await rest.inject({
        method: 'POST',
        url,
        payload,
        remoteAddress,
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      }),
  };
}

const elsewhere = '192.168.1.7';
const here = '127.0.0.1';

t.test('where tokens are not taken in the clear none is given so', async (t) => {
  const { gateway, ask } = await stand(t);
  const token = await gateway.token(['admin', 'read']);
  const wanted = { scope: ['read'] };
  t.match((await ask('/api/v1/tokens', wanted, elsewhere, token)).json(), { code: 'token_invalid' });
  t.equal((await ask('/api/v1/tokens', wanted, here, token)).statusCode, 201);
  const pairing = { code: gateway.pairing.openUntilUsed(), label: 'phone' };
  const refused = await ask('/api/v1/pair', pairing, elsewhere);
  t.match(refused.json(), { code: 'token_invalid', hint: /https/ });
  t.equal(gateway.pairing.state().open, true, 'the code is not used up');
  t.equal((await ask('/api/v1/pair', pairing, here)).statusCode, 201);
});

t.test('a key may be let in so, as nobody can use it who hears of it', async (t) => {
  const { gateway, ask } = await stand(t);
  const { publicKey } = new SigningClient('abcdefgh234567ab');
  const pairing = { code: gateway.pairing.openUntilUsed(), label: 'phone', publicKey };
  const answer = await ask('/api/v1/pair', pairing, elsewhere);
  t.equal(answer.statusCode, 201);
  t.notOk('token' in answer.json<object>());
});
