import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { noSerialLines } from '../../../gateway/core/serial-lines.ts';
import { createDeviceProber } from '../../../gateway/device-prober.ts';
import { Discovery } from '../../../gateway/features/discovery/discovery.ts';
import { sweepPorts } from '../../../gateway/features/discovery/port-sweep.ts';
import { Scheduler } from '../../../gateway/engine/scheduler.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { FakeServices, serviceAt } from './fake-services.ts';
import { neverAborted } from './real-discovery.ts';
import { home, lanWith, loopback } from './scan-bench.ts';
import { VirtualHouse } from './virtual-house.ts';

function virtualBench(services = new FakeServices(), lan = lanWith([home])) {
  const clock = new SimulatedClock(Date.UTC(2026, 5, 21, 9));
  const house = new VirtualHouse(clock);
  const scheduler = new Scheduler({ clock, alarm: clock, random: seededRandom(1), logger: silentLogger });
  scheduler.start();
  const ports = { network: house, clock, alarm: clock };
  const discovery = new Discovery({
    ...ports,
    lan,
    services,
    prober: createDeviceProber({ ...ports, serial: noSerialLines }),
    devices: () => [],
    submit: (task) => scheduler.submit(task),
  });
  return { clock, house, discovery, ports };
}

t.test('never more than 64 connections are tried at once, each place once, and all places', async (t) => {
  const { clock, house, ports } = virtualBench();
  const places = Array.from({ length: 500 }, (_, index) => ({ host: `10.0.0.${index}`, port: 502 }));
  house.put('10.0.0.77:502', 'sdm630');
  const sweep = sweepPorts(places, neverAborted, ports);
  await clock.advance(60_000);
  t.same(await sweep, [{ host: '10.0.0.77', port: 502 }]);
  t.equal(house.pendingMax, 64);
  t.equal(house.tried.length, 500);
  t.equal(new Set(house.tried.map(({ place }) => place)).size, 500);
  t.ok(Math.max(...house.tried.map(({ atMs }) => atMs)) < 8_000, 'a silent place takes a second');
});

t.test('a sweep ends with the reason of its signal', async (t) => {
  const { clock, house, ports } = virtualBench();
  const controller = new AbortController();
  const places = Array.from({ length: 500 }, (_, index) => ({ host: `10.0.0.${index}`, port: 502 }));
  const sweep = sweepPorts(places, controller.signal, ports);
  const ended = t.rejects(sweep, { message: 'enough' });
  await clock.advance(1_500);
  controller.abort(new Error('enough'));
  await clock.advance(10_000);
  await ended;
  t.equal(house.tried.length, 128, 'nothing more was tried');
});

t.test('a scan of the whole subnet stays within its bounds, and comes once in five minutes', async (t) => {
  const { clock, house, discovery } = virtualBench();
  house.put('192.168.1.40:502', 'huawei-sun2000');
  house.put('192.168.1.41:502', 'sdm630');
  const request = { subnet: undefined, ports: [502, 1_502] };
  const scan = discovery.scan(request, neverAborted);
  await clock.advance(120_000);
  const { found, addresses } = await scan;
  t.equal(addresses, 253);
  t.match(found, [{ driver: 'huawei-sun2000' }, { driver: 'eastron-sdm630' }]);
  t.equal(house.pendingMax, 64);
  t.ok(house.tried.every(({ place }) => /^192\.168\.1\.([1-9]\d*):(502|1502)$/.test(place)));
  const triedOnce = house.tried.length;
  const refused = t.rejects(discovery.scan(request, neverAborted), {
    code: 'rate_limited',
    hint: /wait 180 s/,
  });
  await clock.advance(0);
  await refused;
  t.equal(house.tried.length, triedOnce, 'nothing was tried');
  await clock.advance(180_000);
  const again = discovery.scan(request, neverAborted);
  await clock.advance(120_000);
  t.equal((await again).found.length, 2);
});

t.test(
  'what says its name is asked first, and shown with it; nobody beyond the bounds is asked',
  async (t) => {
    const services = new FakeServices([
      serviceAt('192.168.1.41', 'meter', '_modbus._tcp'),
      serviceAt('192.168.1.41', 'web page of the meter'),
      serviceAt('192.168.1.60', 'a printer'),
      serviceAt('192.168.2.7', 'in the next subnet', '_mbap._tcp'),
      serviceAt('93.184.216.34', 'in the internet', '_mbap._tcp'),
    ]);
    const { clock, house, discovery } = virtualBench(services);
    const unnamed = Array.from({ length: 8 }, (_, index) => `192.168.1.${20 + index}`);
    for (const host of unnamed) house.put(`${host}:502`, 'huawei-sun2000');
    house.put('192.168.1.41:502', 'sdm630');
    const scan = discovery.scan({ subnet: undefined, ports: [502] }, neverAborted);
    await clock.advance(120_000);
    const { found } = await scan;
    t.same(
      found.map(({ host, name }) => [host, name]),
      [...unnamed.map((host) => [host, null]), ['192.168.1.41', 'meter']],
      'in the order of the addresses',
    );
    t.equal(services.browsed.length, 1);
    const [firstAsked] = house.tried.slice(253);
    t.equal(firstAsked?.place, '192.168.1.41:502', 'after the sweep');
    t.ok(house.tried.every(({ place }) => /^192\.168\.1\.\d+:502$/.test(place)));
  },
);

t.test('nobody is asked for names when this machine alone is looked at', async (t) => {
  const services = new FakeServices([serviceAt('127.0.0.1', 'myself')]);
  const { clock, discovery } = virtualBench(services, lanWith([loopback, home], { allowLoopback: true }));
  const scan = discovery.scan({ subnet: '127.0.0.0/30', ports: [502] }, neverAborted);
  await clock.advance(120_000);
  t.same((await scan).found, []);
  t.same(services.browsed, []);
});
