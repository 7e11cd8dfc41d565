import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { createGateway, type Gateway } from '../../../gateway/app.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { noSerialLines } from '../../../gateway/core/serial-lines.ts';
import { noServiceDiscovery } from '../../../gateway/core/service-discovery.ts';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';
import { createSimulatedHttp } from '../../../sim/simulated-http.ts';
import { load } from '../../config/inputs.ts';
import { home, lanWith } from './scan-bench.ts';
import { VirtualHouse } from './virtual-house.ts';

const minuteMs = 60_000;

interface Bench {
  readonly clock: SimulatedClock;
  readonly house: VirtualHouse;
  readonly database: Database;
  readonly gateway: Gateway;
  /** Where the device is asked. */
  address(id: string): string;
  state(id: string): string;
  /** The whole firmware stops, and starts anew with this host of the inverter in its configuration. */
  restart(host: string): Promise<void>;
}

const configText = (host: string): string => `
devices:
  - id: roof
    driver: sungrow-hybrid
    transport: { kind: modbus-tcp, host: ${host} }
    period: 10s
  - id: garage
    driver: huawei-sun2000
    transport: { kind: modbus-tcp, host: 192.168.1.21 }
    period: 10s
`;

/** The whole firmware in virtual time, with an inverter at .20 and one at .21 of its subnet. */
async function bench(t: Test): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-follow-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const clock = new SimulatedClock(Date.UTC(2026, 5, 21, 9));
  const house = new VirtualHouse(clock);
  house.put('192.168.1.20:502', 'sungrow-hybrid');
  house.put('192.168.1.21:502', 'huawei-sun2000');
  let boots = 0;
  const boot = async (host: string): Promise<{ gateway: Gateway; database: Database }> => {
    boots += 1;
    const database = await openInProcessDatabase({ directory, zone: 'Europe/Paris', nowMs: clock.wall() });
    const gateway = await createGateway({
      http: createSimulatedHttp([], clock),
      work: { run: () => Promise.reject(new GatewayError('worker_crashed', 'none')) },
      disk: new SimulatedDisk(),
      dataDirectory: directory,
      quarantinedSources: [],
      datagrams: { send: () => Promise.resolve() },
      config: (await load(configText(host))).config,
      configPort: {
        show: () => ({}),
        explain: () => ({ values: [], warnings: [] }),
        schema: () => ({}),
        settings: () => ({}),
        set: (_setting, value) => Promise.resolve(value),
        unset: () => false,
      },
      quarantined: [],
      addedDevices: {
        add: () => Promise.reject(new GatewayError('config_pinned', 'none')),
        remove: () => undefined,
      },
      notes: [],
      clock,
      alarm: clock,
      random: seededRandom(1),
      network: house,
      lan: lanWith([home]),
      services: noServiceDiscovery,
      serial: noSerialLines,
      signer: createSimulatedSigner(),
      logger: silentLogger,
      database,
      bootId: `boot-${boots}`,
      version: { name: 'egw', version: 'test', node: 'test', platform: 'test' },
      staticAssets: new Map(),
      hostNames: [],
    });
    await gateway.start();
    return { gateway, database };
  };
  let running = await boot('192.168.1.20');
  const stop = async (): Promise<void> => {
    const stopping = running.gateway.stop();
    await clock.advance(5_000);
    await stopping;
  };
  t.teardown(stop);
  const find = (id: string) => running.gateway.devices().find(({ device }) => device.id === id);
  return {
    clock,
    house,
    get database() {
      return running.database;
    },
    get gateway() {
      return running.gateway;
    },
    address: (id) => find(id)?.address ?? 'none',
    state: (id) => find(id)?.device.state ?? 'none',
    restart: async (host) => {
      await stop();
      running = await boot(host);
    },
  };
}

t.test('a device whose address changes is read again within a minute, and everybody is told', async (t) => {
  const it = await bench(t);
  const { clock, house } = it;
  await clock.advance(minuteMs);
  t.equal(it.state('roof'), 'up');
  house.take('192.168.1.20:502');
  house.put('192.168.1.133:502', 'sungrow-hybrid');
  const triedBefore = house.tried.length;
  await clock.advance(minuteMs);
  t.equal(it.address('roof'), '192.168.1.133:502/1');
  t.equal(it.state('roof'), 'up');
  t.equal(it.state('garage'), 'up');
  t.ok(house.pendingMax <= 64 + 2, `${house.pendingMax} at once, the two polls included`);
  const hunted = house.tried.slice(triedBefore).map(({ place }) => place);
  t.ok(
    hunted.every((place) => /^192\.168\.1\.\d+:502$/.test(place)),
    'its port, its subnet',
  );
  t.notOk(hunted.includes('192.168.1.21:502'), 'nobody knocked at the other inverter');
  t.notOk(hunted.includes('192.168.1.10:502'), 'nor at the gateway itself');
  t.match(
    it.gateway.lifecycle.state().lines.map(({ message }) => message),
    [/roof is at 192\.168\.1\.133, and not at 192\.168\.1\.20/],
  );
  const audit = await it.database.call('listAuditLines', { beforeMs: Infinity, rowsMax: 5 });
  t.match(audit[0], { action: 'device.moved', detail: 'roof from 192.168.1.20 to 192.168.1.133' });
});

t.test('one that appears later is found when it is looked for again, once in five minutes', async (t) => {
  const it = await bench(t);
  const { clock, house } = it;
  await clock.advance(minuteMs);
  house.take('192.168.1.20:502');
  await clock.advance(2 * minuteMs);
  t.equal(it.state('roof'), 'down');
  const sweeps = (): number => house.tried.filter(({ place }) => place === '192.168.1.77:502').length;
  t.equal(sweeps(), 1);
  house.put('192.168.1.77:502', 'sungrow-hybrid');
  await clock.advance(3 * minuteMs);
  t.equal(sweeps(), 1, 'not before five minutes have passed');
  await clock.advance(2 * minuteMs);
  t.equal(it.address('roof'), '192.168.1.77:502/1');
});

t.test('another device, of the same kind, is never taken for it', async (t) => {
  const it = await bench(t);
  const { clock, house } = it;
  await clock.advance(minuteMs);
  house.take('192.168.1.20:502');
  house.put('192.168.1.30:502', 'sungrow-hybrid', 1);
  house.put('192.168.1.31:502', 'sdm630');
  await clock.advance(7 * minuteMs);
  t.equal(it.address('roof'), '192.168.1.20:502/1');
  t.equal(it.state('roof'), 'down');
});

t.test('two devices that have swapped their addresses are both found', async (t) => {
  const it = await bench(t);
  const { clock, house } = it;
  await clock.advance(minuteMs);
  house.take('192.168.1.20:502');
  house.take('192.168.1.21:502');
  house.put('192.168.1.20:502', 'huawei-sun2000');
  house.put('192.168.1.21:502', 'sungrow-hybrid');
  await clock.advance(3 * minuteMs);
  t.equal(it.address('roof'), '192.168.1.21:502/1');
  t.equal(it.address('garage'), '192.168.1.20:502/1');
  t.equal(it.state('roof'), 'up');
  t.equal(it.state('garage'), 'up');
});

t.test('one whose serial number was never read is not followed', async (t) => {
  const it = await bench(t);
  const { clock, house } = it;
  house.take('192.168.1.20:502');
  house.put('192.168.1.133:502', 'sungrow-hybrid');
  await clock.advance(5 * minuteMs);
  t.equal(it.address('roof'), '192.168.1.20:502/1');
});

t.test('what was learned survives a restart, until the configuration names another host', async (t) => {
  const it = await bench(t);
  const { clock, house } = it;
  await clock.advance(minuteMs);
  house.take('192.168.1.20:502');
  house.put('192.168.1.133:502', 'sungrow-hybrid');
  await clock.advance(2 * minuteMs);
  await it.restart('192.168.1.20');
  await clock.advance(minuteMs);
  t.equal(it.address('roof'), '192.168.1.133:502/1');
  t.equal(it.state('roof'), 'up');
  t.ok(it.gateway.lifecycle.state().lines.some(({ subject }) => subject === 'address:roof'));
  await it.restart('192.168.1.50');
  t.equal(it.address('roof'), '192.168.1.50:502/1', 'the configuration has changed');
  await it.restart('192.168.1.20');
  t.equal(it.address('roof'), '192.168.1.20:502/1', 'what was learned is forgotten');
});

t.test('one that comes home is where the configuration says again', async (t) => {
  const it = await bench(t);
  const { clock, house } = it;
  await clock.advance(minuteMs);
  house.take('192.168.1.20:502');
  house.put('192.168.1.133:502', 'sungrow-hybrid');
  await clock.advance(2 * minuteMs);
  house.take('192.168.1.133:502');
  house.put('192.168.1.20:502', 'sungrow-hybrid');
  await clock.advance(7 * minuteMs);
  t.equal(it.address('roof'), '192.168.1.20:502/1');
  t.same(it.gateway.lifecycle.state().lines, []);
  await it.restart('192.168.1.20');
  t.equal(it.address('roof'), '192.168.1.20:502/1');
});
