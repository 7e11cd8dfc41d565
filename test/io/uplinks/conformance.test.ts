import { existsSync } from 'node:fs';
import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { uplinks } from '../../../gateway/io/uplinks/index.ts';
import type {
  Uplink,
  UplinkDefinition,
  UplinkKind,
  UplinkMessage,
} from '../../../gateway/io/uplinks/uplink.ts';
import { CloudBackendClient } from './cloud-backend-client.ts';
import { CloudBackendServer } from '../../../modbus-sim/services/cloud-backend-server.ts';
import { CloudBackend } from '../../../modbus-sim/services/cloud-backend.ts';
import { mosquittoMissing, startMosquitto } from '../mqtt/mosquitto.ts';
import { uplinkPorts, type Heard } from './uplink-ports.ts';
import { testIdentity } from './test-identity.ts';

const never = new AbortController().signal;
const nowMs = (): number => 1_763_740_800_000;
const identity = testIdentity();
const gateway = identity.gatewayId;

interface Place {
  readonly options: OptionValues;
  close(): Promise<void>;
}

/** How each kind is served: all that follows is the same for all of them. */
const cases: Readonly<
  Record<string, { readonly skip: string | false; serve(t: Test, backend: CloudBackend): Promise<Place> }>
> = {
  http: {
    skip: false,
    serve: async (t, backend) => {
      const server = await CloudBackendServer.start({ backend, nowMs });
      t.teardown(() => server.close());
      return { options: { url: server.url }, close: async () => await server.close() };
    },
  },
  mqtt: {
    skip: mosquittoMissing,
    serve: async (t, backend) => {
      const { port, kill } = await startMosquitto(t);
      const client = await CloudBackendClient.connect({
        backend,
        brokerUrl: `mqtt://127.0.0.1:${port}`,
        nowMs,
      });
      t.teardown(() => client.close());
      return { options: { host: '127.0.0.1', port }, close: kill };
    },
  },
};

async function openAt(
  t: Test,
  definition: UplinkDefinition,
  options: OptionValues,
): Promise<{ uplink: Uplink; heard: Heard }> {
  const { ports, heard } = uplinkPorts(t, { identity });
  const uplink = await definition.open(options, ports, never);
  t.teardown(() => uplink.close());
  return { uplink, heard };
}

async function messageOf(
  kind: UplinkKind & ('hello' | 'state'),
  rest: Readonly<Record<string, string | number | null>>,
): Promise<UplinkMessage> {
  const signed = await identity.signMessage(`gw-${kind}-1`, { v: 1, kind, gateway, ...rest });
  return { kind, body: Buffer.from(JSON.stringify(signed)) };
}

const hello = async (): Promise<UplinkMessage> =>
  await messageOf('hello', {
    publicKey: Buffer.from(identity.publicKey).toString('base64url'),
    telemetry: null,
  });

t.test('every uplink has its case here', (t) => {
  t.same(
    uplinks.map(({ id }) => id),
    Object.keys(cases),
  );
  for (const { id } of uplinks)
    t.ok(existsSync(new URL(`../../../gateway/io/uplinks/${id}.ts`, import.meta.url)), id);
  t.end();
});

for (const definition of uplinks) {
  const { skip = 'it has no case', serve } = cases[definition.id] ?? {};
  t.test(`${definition.id}: its options have words, and its limits make sense`, (t) => {
    for (const [name, { description }] of Object.entries(definition.options)) {
      t.match(name, /^[a-z][A-Za-z0-9]*$/);
      t.match(description, /^[A-Zoj].*\.$/s, name);
    }
    t.ok(definition.bodyBytesMax >= 65_536 && definition.bodyBytesMax <= 1_048_576);
    t.ok(definition.timeoutMs >= 1_000 && definition.timeoutMs <= 60_000);
    t.not(definition.source, '');
    t.end();
  });

  t.test(`${definition.id}: messages arrive as they are, and the answers come back`, { skip }, async (t) => {
    const backend = new CloudBackend(1);
    const { options } = (await serve?.(t, backend)) ?? { options: {} };
    const { uplink, heard } = await openAt(t, definition, options);
    backend.say({ v: 1, kind: 'command', name: 'é ☃' });
    await uplink.send(await hello(), never);
    await heard.until(1);
    t.same(heard.messages, [{ v: 1, kind: 'command', name: 'é ☃' }]);
    backend.shelfOf(gateway).open('00112233445566aa');
    const state = { atMs: 5, text: 'ü'.repeat(20_000) };
    await uplink.send(await messageOf('state', state), never);
    await heard.until(2);
    t.match(heard.messages[1], { kind: 'ack', gateway, to: 0, epoch: '00112233445566aa' });
    t.match(backend.stateOf(gateway), state);
    t.same(backend.problems, []);
  });

  t.test(`${definition.id}: a backend that is gone is an error that can pass`, { skip }, async (t) => {
    const backend = new CloudBackend(1);
    const place = await serve?.(t, backend);
    const { uplink } = await openAt(t, definition, place?.options ?? {});
    await uplink.send(await hello(), never);
    await place?.close();
    const failing = openAt(t, definition, place?.options ?? {}).then(async (again) => {
      await again.uplink.send(await hello(), never);
    });
    await t.rejects(failing, { code: 'connection_refused' });
    const error: unknown = await uplink.send(await hello(), never).catch((thrown: unknown) => thrown);
    t.ok(error instanceof GatewayError && error.retryable);
  });

  t.test(`${definition.id}: what was given up is not waited for`, { skip }, async (t) => {
    const place = await serve?.(t, new CloudBackend(1));
    const { uplink } = await openAt(t, definition, place?.options ?? {});
    await t.rejects(uplink.send(await hello(), AbortSignal.abort()), { code: 'connection_timeout' });
  });

  t.test(`${definition.id}: closing twice does nothing`, { skip }, async (t) => {
    const place = await serve?.(t, new CloudBackend(1));
    const { uplink } = await openAt(t, definition, place?.options ?? {});
    await uplink.close();
    await t.resolves(uplink.close());
  });
}
