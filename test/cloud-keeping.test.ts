import t, { type Test } from 'tap';
import { createCloudKeeping, type CloudKeeping } from '../gateway/cloud-keeping.ts';
import { canonicalJson } from '../gateway/core/canonical-json.ts';
import { errorCodeOf } from '../gateway/core/errors.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import { createDispatcher, type Dispatcher } from '../gateway/faces/commands/dispatcher.ts';
import { createSchemaChecks } from '../gateway/faces/commands/schema-check.ts';
import { createRestPaths } from '../gateway/faces/rest/rest-paths.ts';
import { utcInstantText } from '../gateway/features/cloud-control/ancestor/utc-instant.ts';
import { createIdentity } from '../gateway/features/identity/create-identity.ts';
import { Timekeeper } from '../gateway/features/timekeeping/timekeeper.ts';
import { findDriver } from '../gateway/io/drivers/index.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { createSimulatedSigner } from '../sim/simulated-signer.ts';
import { ManualTime } from './faces/manual-time.ts';
import { BackendKey, type Signed } from './features/cloud-control/backend-key.ts';
import { ulid, type Message } from './features/cloud-control/cloud-bench.ts';
import { loopbackNetwork } from './io/loopback-network.ts';

const root = new BackendKey('root');
const ops = new BackendKey('ops');

interface Bench {
  readonly cloud: CloudKeeping;
  readonly gatewayId: string;
  readonly nowMs: number;
  readonly sent: Message[];
  hear(message: Message): Promise<void>;
}

/** The cloud of a gateway with a Sungrow of the serial number S1, over a real database. */
async function benchOf(t: Test, rootKey: string | undefined): Promise<Bench> {
  const clock = new Timekeeper(new SimulatedClock(Date.UTC(2026, 5, 1)));
  const database = await openInProcessDatabase({
    directory: t.testdir({}),
    zone: 'UTC',
    nowMs: clock.wall(),
  });
  t.teardown(async () => await database.close());
  const identity = createIdentity(createSimulatedSigner(), clock);
  const sent: Message[] = [];
  const answered: (() => void)[] = [];
  const controls = { controls: findDriver('sungrow-hybrid')?.controls ?? [], wordOrder: 'big' } as const;
  const cloud: CloudKeeping = createCloudKeeping(
    {
      config: { features: rootKey === undefined ? {} : { cloud: { rootKey, control: 'on' } } },
      clock,
      alarm: new ManualTime(),
      logger: silentLogger,
      database,
      network: loopbackNetwork,
    },
    {
      identity,
      security: { note: () => undefined },
      rates: { take: () => undefined },
      checkOf: createSchemaChecks(),
      restPaths: () =>
        createRestPaths({
          commands: cloud.commands.map(({ definition }) => definition),
          dispatcher,
          servesAncestorPaths: false,
        }),
      commands: (): Dispatcher => dispatcher,
      fleet: {
        devices: () => [{ device: { id: 'roof', identity: { serialNumber: 'S1' } } } as never],
        controlsOf: (id) => (id === 'roof' ? controls : undefined),
      },
      send: ({ body }) => {
        sent.push(JSON.parse(Buffer.from(body).toString()) as Message);
        answered.shift()?.();
      },
    },
  );
  const dispatcher = createDispatcher(cloud.commands, {
    audit: database,
    clock,
    logger: silentLogger,
    checkOutput: true,
  });
  await cloud.start();
  return {
    cloud,
    gatewayId: identity.gatewayId,
    nowMs: clock.wall(),
    sent,
    hear: async (message) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      answered.push(() => resolve(undefined));
      cloud.receive(Buffer.from(canonicalJson(message)), 'main');
      await promise;
    },
  };
}

function delegation({ gatewayId, nowMs }: Bench): Signed {
  return root.sign({
    v: 1,
    kind: 'delegation',
    issuer: 'ops-1',
    key: ops.publicKey,
    purposes: ['command', 'ack'],
    scopes: ['read', 'control'],
    gateways: [gatewayId],
    from: 0,
    until: nowMs + 86_400_000,
    number: 1,
  });
}

function command({ gatewayId, nowMs }: Bench, seq: number, scope: string, body: Message): Signed {
  const times = { iat: nowMs, exp: nowMs + 60_000 };
  return ops.sign({
    v: 1,
    kind: 'command',
    gid: gatewayId,
    cmdId: ulid(seq),
    issuer: 'ops-1',
    seq,
    ...times,
    scope,
    body,
  });
}

t.test('a command of the cloud goes through the database to a device and back, signed', async (t) => {
  const bench = await benchOf(t, root.publicKey);
  bench.cloud.receive(Buffer.from(canonicalJson(delegation(bench))), 'main');
  const payload = {
    id: 7,
    sn: 'S1',
    execute_at: utcInstantText(bench.nowMs + 60_000),
    commands: [
      { start_register: 13050, value: 187 },
      { start_register: 13051, value: 1_500 },
    ],
  };
  const order = { type: 'ems_control_schedule', payload };
  await bench.hear(command(bench, 1, 'control', { command: 'srcful.message', input: order }));
  await bench.hear(command(bench, 2, 'read', { command: 'srcful.schedule', input: {} }));
  t.match(bench.sent, [
    {
      gateway: bench.gatewayId,
      status: 'done',
      answer: { messages: [{ type: 'device_control_schedule_ack' }] },
    },
    { status: 'done', answer: { orders: [{ device: 'roof', control: 'battery_power_w', value: 1_500 }] } },
  ]);
  t.match(bench.sent[0]?.['signature'], /^[\w-]{86}$/);
  t.equal(bench.cloud.issuerKey('ops-1', 'ack')?.text, ops.publicKey);
  t.same(bench.cloud.health(), []);
  await bench.cloud.stop();
});

t.test('a request to the API comes through the database and is answered in the earlier words', async (t) => {
  const bench = await benchOf(t, root.publicKey);
  bench.cloud.receive(Buffer.from(canonicalJson(delegation(bench))), 'main');
  const input = { method: 'GET', path: '/api/v1/cloud', timestamp: bench.nowMs / 1_000, id: 9 };
  await bench.hear(command(bench, 1, 'read', { command: 'srcful.request', input }));
  t.match(bench.sent, [{ status: 'done', answer: { code: 200, id: 9, timestamp: bench.nowMs / 1_000 } }]);
  const { response } = bench.sent[0]?.['answer'] as { response: string };
  t.match(JSON.parse(response), { control: 'on', gatewayId: bench.gatewayId, issuers: 1 });
  await bench.cloud.stop();
});

t.test('without a root key nothing is heard, kept or run', async (t) => {
  const bench = await benchOf(t, undefined);
  bench.cloud.receive(Buffer.from(canonicalJson(delegation(bench))), 'main');
  await bench.cloud.stop();
  t.same([bench.sent, bench.cloud.tasks, bench.cloud.health()], [[], [], []]);
  t.equal(bench.cloud.issuerKey('ops-1', 'ack'), undefined);
});

t.test('a root key that anybody can sign under lets nobody in, and is said', async (t) => {
  const bench = await benchOf(t, `AQ${'A'.repeat(41)}`);
  t.match(bench.cloud.health(), [{ subject: 'cloud', status: 'degraded', message: /small order/ }]);
  const switchOn = bench.cloud.commands.find(({ definition }) => definition.id === 'cloud.on');
  t.equal(await switchOn?.run({}, undefined as never).then(String, errorCodeOf), 'not_found');
});
