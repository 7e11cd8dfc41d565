import { generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { EgwClient, EgwProblem, type LiveEvent } from '../../docs/client/egw-client.ts';
import { createStubGateway, liveValue, type StubGateway } from '../faces/stub-gateway.ts';

// No types are declared of it.
const generator: string = '../../scripts/client/client-files.mjs';
const folder = join(import.meta.dirname, '..', '..', 'docs', 'client');

async function listening(t: Test): Promise<{ gateway: StubGateway; url: string }> {
  const gateway = await createStubGateway();
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => gateway.rest.close());
  return { gateway, url: `http://127.0.0.1:${port}` };
}

t.test('the generated part is what the commands declare now', async (t) => {
  const { clientFiles } = (await import(generator)) as {
    clientFiles(): Promise<ReadonlyMap<string, string>>;
  };
  const files = await clientFiles();
  t.same(readdirSync(join(folder, 'operations')).toSorted(), [...files.keys()].toSorted());
  for (const [name, text] of files) {
    const written = readFileSync(join(folder, 'operations', name), 'utf8');
    t.ok(written === text, `${name} is up to date: node scripts/make-client.mjs makes it so`);
  }
});

t.test('it asks, follows pages, reads text and events, and throws what is refused', async (t) => {
  const { gateway, url } = await listening(t);
  const egw = new EgwClient({ url, token: await gateway.token(['read', 'control', 'admin']) });
  const { readings } = await egw.call('reading.latest', { device: 'inverter' });
  t.match(readings, [{ quantity: 'grid_power_w', value: -1200, unit: 'W' }]);
  const set = { id: 'inverter', control: 'battery_power', value: 500 } as const;
  t.match(await egw.call('device.set', set), { value: 500 });

  const rows: number[] = [];
  const range = {
    device: 'inverter',
    quantity: 'grid_power_w',
    from: '10m',
    resolution: 'raw',
    limit: 2,
  } as const;
  let pages = 0;
  for await (const page of egw.pages('reading.range', range)) {
    rows.push(...page.rows.map(({ atMs }) => atMs));
    pages += 1;
    if (pages === 3) break;
  }
  t.same(
    rows,
    [...new Set(rows)].toSorted((a, b) => a - b),
  );
  t.equal(pages, 3);
  t.match(await egw.call('metrics.show', {}), /^egw_build_info/m);

  const aborting = new AbortController();
  const events: LiveEvent[] = [];
  for await (const event of egw.events({ signal: aborting.signal })) {
    events.push(event);
    if (events.length === 2) break;
  }
  t.match(events, [{ type: 'readings', values: [liveValue] }, { type: 'texts' }]);

  const refused = egw.call('device.show', { id: '../x y' });
  await t.rejects(refused, { name: 'EgwProblem', status: 404, code: 'device_unknown', retryable: false });
  t.ok((await refused.catch((error: unknown) => error)) instanceof EgwProblem);
  const stranger = new EgwClient({ url });
  await t.rejects(stranger.call('device.list', {}), { status: 401, code: 'token_invalid' });
  t.match(await stranger.call('gateway.hello', {}), { name: 'Home' });
});

t.test('it signs requests, and takes a challenge where the gateway asks for one', async (t) => {
  const { gateway, url } = await listening(t);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const owner = new EgwClient({ url, token: await gateway.token(['admin', 'read']) });
  const raw = publicKey.export({ format: 'jwk' }).x ?? '';
  const { id: keyId } = await owner.call('key.add', {
    publicKey: raw,
    scope: ['read', 'admin'],
    label: 'test',
  });
  const { gateway: gatewayId } = await owner.call('auth.challenge', {});
  const signer = {
    keyId,
    gatewayId,
    sign: (bytes: Uint8Array) => sign(null, bytes, privateKey),
    now: () => gateway.time.wall(),
  };
  const egw = new EgwClient({ url, signer });
  t.match(await egw.call('device.list', {}), { devices: [{ id: 'inverter' }] });
  t.match(await egw.call('token.create', { scope: ['read'], label: 'with a body' }), {
    label: 'with a body',
  });
  gateway.time.pass(600_000);
  t.ok(await egw.call('gateway.version', {}), 'once the gateway runs longer, without a challenge');
  const other = new EgwClient({ url, signer: { ...signer, gatewayId: 'a'.repeat(16) } });
  await t.rejects(other.call('device.list', {}), { name: 'EgwProblem', status: 401 }, 'for another gateway');
});
