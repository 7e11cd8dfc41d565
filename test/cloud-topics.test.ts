import { generateKeyPairSync, sign } from 'node:crypto';
import { connect } from 'mqtt';
import t, { type Test } from 'tap';
import { createCloudKeeping, type CloudKeeping } from '../gateway/cloud-keeping.ts';
import { errorCodeOf } from '../gateway/core/errors.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import { createDispatcher, type Dispatcher } from '../gateway/faces/commands/dispatcher.ts';
import { createSchemaChecks } from '../gateway/faces/commands/schema-check.ts';
import { utcInstantText } from '../gateway/features/cloud-control/ancestor/utc-instant.ts';
import { bindControlCommands } from '../gateway/features/control/control-commands.ts';
import { createIdentity } from '../gateway/features/identity/create-identity.ts';
import { Timekeeper } from '../gateway/features/timekeeping/timekeeper.ts';
import { findDriver } from '../gateway/io/drivers/index.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { createSimulatedSigner } from '../sim/simulated-signer.ts';
import { ManualTime } from './faces/manual-time.ts';
import { BackendKey } from './features/cloud-control/backend-key.ts';
import { TestAuthority } from './interop/test-authority.ts';
import { loopbackNetwork } from './io/loopback-network.ts';
import { mosquittoMissing, startMosquitto } from './io/mqtt/mosquitto.ts';

const skip = mosquittoMissing;
const never = new AbortController().signal;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
const trustedKey = `${Buffer.from(x, 'base64url').toString('hex')}${Buffer.from(y, 'base64url').toString('hex')}`;
const serialNumber = '2311286262';

interface Broker {
  readonly port: number;
  readonly authority: string;
}

type Said = readonly [topic: string, type: string, payload: Readonly<Record<string, unknown>>];

async function brokerOf(t: Test): Promise<Broker> {
  const authority = await TestAuthority.make('topics authority');
  const server = await authority.issue({ names: ['broker.example'] });
  const { port } = await startMosquitto(
    t,
    ['allow_anonymous true', 'certfile %DIR%/server.pem', 'keyfile %DIR%/server.key'],
    { 'server.pem': server.certificate, 'server.key': server.key },
  );
  return { port, authority: authority.pem };
}

/** A gateway with a Sungrow that listens to the topics of a real broker, and its backend there. */
async function benchOf(t: Test, { port, authority }: Broker, key = trustedKey) {
  const simulated = new SimulatedClock(Date.UTC(2025, 2, 14, 13, 58));
  const clock = new Timekeeper(simulated);
  const database = await openInProcessDatabase({
    directory: t.testdir({}),
    zone: 'UTC',
    nowMs: clock.wall(),
  });
  t.teardown(async () => await database.close());
  const identity = createIdentity(createSimulatedSigner(), clock);
  const controls = { controls: findDriver('sungrow-hybrid')?.controls ?? [], wordOrder: 'big' } as const;
  const srcful = { host: '127.0.0.1', port, authority, serverName: 'broker.example', trustedKey: key };
  const cloud: CloudKeeping = createCloudKeeping(
    {
      config: { features: { cloud: { rootKey: new BackendKey('root').publicKey, control: 'on', srcful } } },
      alarm: new ManualTime(),
      logger: silentLogger,
      ...{ clock, database, network: loopbackNetwork },
    },
    {
      identity,
      security: { note: () => undefined },
      rates: { take: () => undefined },
      checkOf: createSchemaChecks(),
      commands: (): Dispatcher => dispatcher,
      restPaths: () => ({ find: () => undefined }),
      fleet: {
        devices: () => [{ device: { id: 'roof', identity: { serialNumber } } } as never],
        controlsOf: () => controls,
      },
      send: () => undefined,
    },
  );
  const set: unknown[] = [];
  const control = bindControlCommands({
    control: {
      set: (order: { readonly value: number }) => {
        set.push(order);
        return Promise.resolve({ value: order.value, leaseLeftMs: 300_000 });
      },
    } as never,
  });
  const parts = { audit: database, clock, logger: silentLogger, checkOutput: true };
  const dispatcher = createDispatcher([...cloud.commands, ...control], parts);
  await cloud.start();
  t.teardown(async () => await cloud.stop());
  const run = async (name: string): Promise<unknown> =>
    await cloud.tasks.find((task) => task.name === name)?.run({ signal: never } as never);
  return { cloud, simulated, clock, set, run, serial: identity.serial, database };
}

/** The backend: what it hears, and a way to say something. */
async function backendOf(t: Test, { port, authority }: Broker, serial: string) {
  const url = `mqtts://127.0.0.1:${port}`;
  const client = connect(url, { ca: authority, servername: 'broker.example', reconnectPeriod: 0 });
  await new Promise<unknown>((resolve) => client.once('connect', resolve));
  t.teardown(() => client.end(true));
  await client.subscribeAsync('control/+/responses/#', { qos: 1 });
  const heard: Said[] = [];
  client.on('message', (topic, bytes) => {
    const { type, payload } = JSON.parse(bytes.toString()) as { type: string; payload: Said[2] };
    heard.push([topic.replace(serial, 'SERIAL'), type, payload]);
  });
  return {
    heard,
    /** Has the gateway look after its topics until so many replies are here. */
    heardBy: async (count: number, run: (task: string) => Promise<unknown>) => {
      while (heard.length < count) {
        await run('listen:srcful-topics');
        await new Promise(setImmediate);
      }
    },
    say: async (message: unknown) =>
      await client.publishAsync(`control/${serial}/commands/${serialNumber}`, JSON.stringify(message), {
        qos: 1,
      }),
  };
}

function signed(atMs: number): Readonly<Record<string, string>> {
  const createdAt = utcInstantText(atMs);
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', Buffer.from(`Sourceful-EMS:${createdAt}`), options).toString('hex');
  return { serialNumber: 'Sourceful-EMS', created_at: createdAt, signature };
}

const forced = [
  { start_register: 13050, name: 'Command', value: 187 },
  { start_register: 13051, name: 'Power', value: 1_500 },
];

t.test('orders of the topics are carried out and answered in the earlier words', { skip }, async (t) => {
  const broker = await brokerOf(t);
  const { run, serial, clock, simulated, set, cloud } = await benchOf(t, broker);
  const backend = await backendOf(t, broker, serial);
  const hearUntil = async (count: number): Promise<void> => await backend.heardBy(count, run);
  await run('listen:srcful-topics');
  const atMs = clock.wall();
  const executeAt = utcInstantText(atMs + 60_000);
  const example = {
    type: 'ems_control_schedule',
    payload: {
      id: 1356,
      sn: serialNumber,
      execute_at: executeAt,
      protocol: 'modbus',
      commands: [{ start_register: 143, name: 'Max Power', value: 72 }],
      ...signed(atMs),
    },
  };
  await backend.say(example);
  await hearUntil(1);
  const order = { id: 1357, execute_at: executeAt, commands: forced, ...signed(atMs + 1) };
  await backend.say({ type: 'ems_control_schedule', payload: order });
  const other = { id: 1358, execute_at: executeAt, commands: forced, ...signed(atMs + 2) };
  await backend.say({ type: 'ems_pre_setup', payload: other });
  await backend.say({ type: 'ems_control_schedule_cancel', payload: { id: 1358, ...signed(atMs + 3) } });
  await backend.say({
    type: 'ems_authentication_challenge',
    payload: { message: 'who?', ...signed(atMs + 4) },
  });
  await hearUntil(5);
  await simulated.advance(60_000);
  await run('control:cloud-schedule');
  await hearUntil(6);
  const id = (n: number) => ({ id: n, sn: serialNumber });
  const to = `control/SERIAL/responses/${serialNumber}`;
  t.match(backend.heard, [
    [to, 'device_control_schedule_nack', { ...id(1356), reason: 'Task not executed' }],
    [to, 'device_control_schedule_ack', id(1357)],
    [to, 'device_control_schedule_ack', id(1358)],
    [to, 'device_control_cancel_schedule_ack', id(1358)],
    ['control/SERIAL/responses', 'device_authenticate', { serialNumber: serial, signature: /^[\w-]{86}$/ }],
    [to, 'device_control_schedule_done', id(1357)],
  ]);
  t.match(set, [{ device: 'roof', control: 'battery_power_w', value: 1_500, principal: 'cloud:@srcful' }]);
  t.equal(set.length, 1);
  t.same(cloud.health(), []);
});

t.test('what is switched off at the gateway is not carried out, nor heard', { skip }, async (t) => {
  const broker = await brokerOf(t);
  const { run, serial, clock, simulated, set, cloud, database } = await benchOf(t, broker);
  const backend = await backendOf(t, broker, serial);
  await run('listen:srcful-topics');
  const atMs = clock.wall();
  const payload = { id: 7, execute_at: utcInstantText(atMs + 60_000), commands: forced, ...signed(atMs) };
  await backend.say({ type: 'ems_control_schedule', payload });
  await backend.heardBy(1, run);
  const off = cloud.commands.find(({ definition }) => definition.id === 'cloud.off');
  await off?.run({}, undefined as never);
  await simulated.advance(60_000);
  await run('control:cloud-schedule');
  await backend.heardBy(2, run);
  t.match(backend.heard[1], [
    /responses/,
    'device_control_schedule_nack',
    { id: 7, reason: 'Task not executed' },
  ]);
  t.same(set, []);
  await backend.say({ type: 'ems_authentication_challenge', payload: signed(clock.wall()) });
  const query = { beforeMs: Number.MAX_SAFE_INTEGER, rowsMax: 10 };
  const refusals = async (): Promise<readonly string[]> =>
    (await database.call('listAuditLines', query)).map(({ outcome }) => outcome);
  while (!(await refusals()).includes('cloud_control_off')) await new Promise(setImmediate);
  t.equal(backend.heard.length, 2);
});

t.test('nothing is said to a broker whose certificate does not hold', { skip }, async (t) => {
  const broker = await brokerOf(t);
  const { pem } = await TestAuthority.make('another authority');
  const { run, cloud } = await benchOf(t, { ...broker, authority: pem });
  t.equal(await run('listen:srcful-topics').then(String, errorCodeOf), 'certificate_invalid');
  t.match(cloud.health(), [{ subject: 'cloud', status: 'degraded', message: /topics of cloud.srcful/ }]);
});

t.test('a key that is none lets nobody in, and is said', async (t) => {
  const { cloud } = await benchOf(t, { port: 1, authority: '' }, '00'.repeat(64));
  t.match(cloud.health(), [{ status: 'degraded', message: /curve P-256/ }]);
  const names = cloud.tasks.map(({ name }) => name);
  t.same(names, ['control:cloud-schedule', 'prune:cloud-commands'], 'the rest of the cloud does its work');
});
