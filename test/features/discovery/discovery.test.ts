import { createServer } from 'node:net';
import t from 'tap';
import type { Test } from 'tap';
import type { ConfiguredDevice } from '../../../gateway/features/discovery/configured-device.ts';
import type { DeviceKindId } from '../../../modbus-sim/device-kinds.ts';
import { startLines, type PlacedLine } from '../../../modbus-sim/server.ts';
import { neverAborted, realDiscovery } from './real-discovery.ts';

t.setTimeout(240_000);
const startMs = Date.parse('2026-06-21T09:00:00Z');

/** Devices of the simulated home, each at an address of its own, as in a house. */
async function house(
  t: Test,
  subnet: string,
  kinds: readonly (readonly [DeviceKindId, number, Partial<PlacedLine>?])[],
): Promise<void> {
  for (const [index, [kind, unitId, line]] of kinds.entries()) {
    const running = await startLines({
      seed: 7,
      startMs,
      speed: 0.001,
      host: `${subnet}.${index + 1}`,
      lines: [{ framing: 'tcp', port: 1_502, units: [{ id: kind, kind, unitId }], ...line }],
    });
    t.teardown(async () => await running.close());
  }
}

const configured: ConfiguredDevice = {
  id: 'roof',
  driver: 'sungrow-hybrid',
  title: 'Sungrow SH',
  serialNumber: 'A2290412345',
  model: null,
  unit: 1,
  kind: 'modbus-tcp',
  place: { host: '127.77.2.1', port: 1_502 },
};

t.test('a scan finds the devices of a house, what they are, and how to add them', async (t) => {
  await house(t, '127.77.1', [
    ['sungrow-hybrid', 1],
    ['huawei-sun2000', 1],
    ['sdm630', 2, { framing: 'rtu-over-tcp' }],
    ['sunspec-hybrid', 1],
  ]);
  const { discovery, tried } = realDiscovery(t);
  const request = { subnet: '127.77.1.0/29', ports: [1_502] };
  const { found, addresses } = await discovery.scan(request, neverAborted);
  t.equal(addresses, 8);
  t.ok(
    tried.every((address) => /^127\.77\.1\.[0-7]$/.test(address)),
    'no address outside',
  );
  t.match(found, [
    {
      host: '127.77.1.1',
      driver: 'sungrow-hybrid',
      unit: 1,
      serialNumber: 'A2290412345',
      certainty: 'likely',
    },
    {
      host: '127.77.1.2',
      driver: 'huawei-sun2000',
      unit: 1,
      serialNumber: 'HV2180123456',
      certainty: 'certain',
    },
    { host: '127.77.1.3', driver: 'eastron-sdm630', unit: 2, kind: 'rtu-over-tcp', certainty: 'likely' },
    { host: '127.77.1.4', driver: 'fronius-sf', unit: 1, serialNumber: '34120567', model: 'Symo GEN24 10.0' },
  ]);
  t.equal(
    found[0]?.add,
    'egw device add sungrow-hybrid --driver sungrow-hybrid --host 127.77.1.1 --port 1502 --unit 1',
  );
  t.match(found[2]?.add, /--kind rtu-over-tcp .*--unit 2$/);
  await t.rejects(discovery.scan(request, neverAborted), { code: 'rate_limited', hint: /wait \d+ s/ });
  await t.rejects(discovery.scan({ ...request, ports: [22] }, neverAborted), { code: 'input_invalid' });
});

t.test(
  'configured devices are left in peace, and one that is found elsewhere is told by its serial number',
  async (t) => {
    await house(t, '127.77.2', [
      ['huawei-sun2000', 1],
      ['sungrow-hybrid', 1],
    ]);
    const { discovery, tried } = realDiscovery(t, [configured]);
    const { found } = await discovery.scan({ subnet: '127.77.2.0/30', ports: [1_502] }, neverAborted);
    t.notOk(tried.includes('127.77.2.1'), 'nobody knocked where it is configured');
    t.match(found, [
      { host: '127.77.2.1', device: 'roof', certainty: 'known', add: null },
      { host: '127.77.2.2', device: 'roof', serialNumber: 'A2290412345', add: null, note: /another place/ },
    ]);
    t.match(await discovery.identify({ host: '127.77.2.1', port: 1_502 }, neverAborted), [
      { certainty: 'known' },
    ]);
  },
);

t.test('one host is identified, by one unit when that is given', async (t) => {
  await house(t, '127.77.3', [['sdm630', 2]]);
  const { discovery } = realDiscovery(t);
  const host = '127.77.3.1';
  t.match(await discovery.identify({ host, port: 1_502 }, neverAborted), [
    { driver: 'eastron-sdm630', unit: 2 },
  ]);
  t.match(await discovery.identify({ host, port: 1_502, unit: 9 }, neverAborted), [
    { driver: null, certainty: 'unknown', add: null },
  ]);
  t.match(await discovery.identify({ host }, neverAborted), [{ driver: 'eastron-sdm630', port: 1_502 }]);
});

t.test('what cannot be identified is refused with words', async (t) => {
  const { discovery } = realDiscovery(t);
  const identify = async (request: Parameters<typeof discovery.identify>[0]): Promise<unknown> =>
    await discovery.identify(request, neverAborted);
  await t.rejects(identify({ host: '8.8.8.8' }), { code: 'host_forbidden' });
  await t.rejects(identify({ host: '169.254.169.254', port: 502 }), { code: 'host_forbidden' });
  await t.rejects(identify({ host: '127.77.4.1', port: 1_502 }), { code: 'connection_refused' });
  await t.rejects(identify({}), { code: 'input_invalid' });
  await t.rejects(identify({ host: '127.77.4.1', path: '/dev/ttyS9' }), { code: 'input_invalid' });
  await t.rejects(identify({ host: '127.77.4.1', kind: 'pigeon' }), {
    code: 'input_invalid',
    hint: /modbus-tcp/,
  });
  await t.rejects(identify({ host: '127.77.4.1', kind: 'solarman-v5' }), { code: 'input_invalid' });
  await t.rejects(identify({ path: '/dev/ttyS9' }), { code: 'serial_unavailable' });
});

t.test('a port that says nothing, or nonsense, ends as unknown', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write('SSH-2.0-nonsense\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(1_502, '127.77.5.1', resolve));
  t.teardown(() => server.close());
  const { discovery } = realDiscovery(t);
  t.match(await discovery.identify({ host: '127.77.5.1', port: 1_502 }, neverAborted), [
    { certainty: 'unknown', driver: null, add: null },
  ]);
});

t.test('a caller that goes away ends the scan', async (t) => {
  await house(t, '127.77.6', [['sungrow-hybrid', 1]]);
  const { discovery } = realDiscovery(t);
  const caller = new AbortController();
  const scan = discovery.scan({ subnet: '127.77.6.0/30', ports: [1_502] }, caller.signal);
  await t.rejects(
    discovery.scan({ subnet: '127.77.6.0/30', ports: [1_502] }, neverAborted),
    { code: 'rate_limited' },
    'one at a time',
  );
  caller.abort(new Error('gone'));
  await t.rejects(scan, { message: 'gone' });
});

t.test('a gateway that stops ends the scan', async (t) => {
  const { discovery } = realDiscovery(t);
  const scan = discovery.scan({ subnet: '127.77.7.0/24', ports: [1_502] }, neverAborted);
  discovery.close();
  await t.rejects(scan, { code: 'stopping' });
});
