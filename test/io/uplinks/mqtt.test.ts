import t, { type Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { openMqttSession, type MqttSession } from '../../../gateway/io/mqtt/mqtt-session.ts';
import { mqtt } from '../../../gateway/io/uplinks/mqtt.ts';
import type { Uplink } from '../../../gateway/io/uplinks/uplink.ts';
import { TestAuthority } from '../../interop/test-authority.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { mosquittoMissing, startMosquitto } from '../mqtt/mosquitto.ts';
import { testIdentity } from './test-identity.ts';
import { uplinkPorts, type Heard } from './uplink-ports.ts';

const never = new AbortController().signal;
const identity = testIdentity();
const base = `egw/v1/${identity.gatewayId}`;
const skip = mosquittoMissing;

async function openAt(
  t: Test,
  port: number,
  options: OptionValues = {},
): Promise<{ uplink: Uplink; heard: Heard }> {
  const { ports, heard } = uplinkPorts(t, { identity });
  const uplink = await mqtt.open({ host: '127.0.0.1', port, ...options }, ports, never);
  t.teardown(() => uplink.close());
  return { uplink, heard };
}

/** Somebody else at the broker, and what he hears. */
async function listener(
  t: Test,
  port: number,
  filter: string,
): Promise<{ session: MqttSession; next: () => Promise<string> }> {
  const come: string[] = [];
  let wake = (): void => undefined;
  const session = await openMqttSession(
    { host: '127.0.0.1', port, clientId: 'other', keepaliveSeconds: 30, refusedCode: 'sink_refused' },
    loopbackNetwork,
    never,
  );
  t.teardown(() => session.close());
  await session.subscribe(
    filter,
    (topic, payload, isRetained) => {
      come.push(`${topic} ${Buffer.from(payload).toString()}${isRetained ? ' retained' : ''}`);
      wake();
    },
    never,
  );
  const next = async (): Promise<string> => {
    while (come.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return come.shift() ?? '';
  };
  return { session, next };
}

for (const protocol of ['3.1.1', '5'])
  t.test(`the broker says where the gateway is, with MQTT ${protocol}`, { skip }, async (t) => {
    const { port } = await startMosquitto(t);
    const other = await listener(t, port, `${base}/#`);
    const { uplink } = await openAt(t, port, { protocol });
    t.equal(await other.next(), `${base}/status online`);
    await uplink.send({ kind: 'result', body: Buffer.from('{"ü":1}') }, never);
    t.equal(await other.next(), `${base}/up/result {"ü":1}`);
    await uplink.close();
    t.equal(await other.next(), `${base}/status offline`);
  });

t.test('a gateway that is gone without a word is offline by its will', { skip }, async (t) => {
  const { port } = await startMosquitto(t);
  const other = await listener(t, port, `${base}/status`);
  const { uplink } = await openAt(t, port);
  t.equal(await other.next(), `${base}/status online`);
  // Another with its name: the broker ends the first, and says its will.
  const { uplink: second } = await openAt(t, port);
  t.same(
    new Set([await other.next(), await other.next()]),
    new Set([`${base}/status offline`, `${base}/status online`]),
  );
  await t.rejects(uplink.send({ kind: 'state', body: Buffer.from('{}') }, never), {
    code: 'connection_closed',
  });
  await second.close();
});

t.test(
  'what the broker has kept for anybody is not heard, and other gateways’ is not either',
  { skip },
  async (t) => {
    const { port } = await startMosquitto(t);
    const other = await listener(t, port, 'nothing');
    await other.session.publish({ topic: `${base}/down`, payload: '{"old":1}', retain: true }, never);
    const { heard } = await openAt(t, port);
    await other.session.publish({ topic: 'egw/v1/another/down', payload: '{"foreign":1}' }, never);
    await other.session.publish({ topic: `${base}/down`, payload: '{"new":1}' }, never);
    await heard.until(1);
    t.same(heard.messages, [{ new: 1 }]);
  },
);

for (const protocol of ['3.1.1', '5'])
  t.test(`a password that is wrong is a refusal, with MQTT ${protocol}`, { skip }, async (t) => {
    const { port } = await startMosquitto(t, ['allow_anonymous false']);
    await t.rejects(openAt(t, port, { protocol, user: 'a', password: 'b' }), { code: 'uplink_refused' });
  });

t.test('a broker that wants a certificate lets in who has one', { skip }, async (t) => {
  const authority = await TestAuthority.make('uplink authority');
  const server = await authority.issue({ names: ['broker.example'] });
  const client = await authority.issue({ names: ['gateway.example'] });
  const files = { 'ca.pem': authority.pem, 'server.pem': server.certificate, 'server.key': server.key };
  const { port } = await startMosquitto(
    t,
    [
      'allow_anonymous true',
      'cafile %DIR%/ca.pem',
      'certfile %DIR%/server.pem',
      'keyfile %DIR%/server.key',
      'require_certificate true',
    ],
    files,
  );
  const trust = { tls: 'verify', authority: authority.pem, serverName: 'broker.example' };
  await t.rejects(openAt(t, port, trust), { code: 'connection_closed' });
  const { uplink } = await openAt(t, port, {
    ...trust,
    clientCertificate: client.certificate,
    clientKey: client.key,
  });
  await t.resolves(uplink.send({ kind: 'state', body: Buffer.from('{}') }, never));
});
