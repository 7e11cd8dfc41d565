import t from 'tap';
import { ancestorBench } from './ancestor-bench.ts';

const nothing = {
  path: null,
  title: null,
  model: null,
  device: null,
  alternatives: [],
  add: null,
  note: null,
};
const found = [
  {
    ...nothing,
    host: '192.168.1.20',
    port: 502,
    kind: 'modbus-tcp',
    unit: 1,
    driver: 'huawei-sun2000',
    name: null,
    certainty: 'certain',
    serialNumber: 'HV1',
  },
  {
    ...nothing,
    host: '192.168.1.21',
    port: 502,
    kind: 'modbus-tcp',
    unit: 126,
    driver: 'sunspec',
    name: 'Envoy',
    certainty: 'likely',
    serialNumber: null,
  },
  {
    ...nothing,
    host: '192.168.1.22',
    port: 8899,
    kind: 'solarman-v5',
    unit: 1,
    driver: 'deye',
    name: null,
    certainty: 'known',
    serialNumber: null,
  },
  {
    ...nothing,
    host: '192.168.1.23',
    port: 6607,
    kind: null,
    unit: null,
    driver: null,
    name: null,
    certainty: 'unknown',
    serialNumber: null,
  },
];
const scan = { 'device.scan': () => ({ subnets: [], ports: [], addresses: 254, tookMs: 1, found }) };

t.test('a scan answers the configurations of what is known well enough to be added', async (t) => {
  const { ask, ran } = await ancestorBench(t, { answers: scan });
  const huawei = {
    connection: 'TCP',
    ip: '192.168.1.20',
    port: 502,
    slave_id: 1,
    sn: 'HV1',
    device_type: 'huawei',
  };
  const sunspec = { connection: 'SUNSPEC', ip: '192.168.1.21', port: 502, slave_id: 126 };
  const deye = { connection: 'SOLARMAN', ip: '192.168.1.22', port: 8899, slave_id: 1, device_type: 'deye' };
  for (const path of ['/api/inverter/modbus/scan', '/api/device/modbus/scan', '/api/device/scan'])
    t.same((await ask('GET', `${path}?ports=502,8899&timeout=5`)).body, [huawei, sunspec, deye], path);
  t.same((await ask('GET', '/api/device/mdns/scan')).body, [sunspec], 'those that tell of themselves');
  t.same(
    (await ask('GET', '/api/network/scan?ports=502-504')).body,
    found.map(({ host, port }) => ({ ip: host, port, mac: null })),
  );
  const inputs = ran.filter(({ id }) => id === 'device.scan').map(({ input }) => input);
  t.same(inputs, [
    { ports: [502, 8899] },
    { ports: [502, 8899] },
    { ports: [502, 8899] },
    {},
    { ports: [502, 503, 504] },
  ]);
});

t.test('ports that are none are refused before anything is looked for', async (t) => {
  const { ask, ran } = await ancestorBench(t, { answers: scan });
  for (const ports of ['0', '65536', '5-3', 'x', '1,,2', '1-2-3', '-5', '1-65535', '502 503'])
    t.match(await ask('GET', `/api/device/scan?ports=${encodeURIComponent(ports)}`), {
      status: 400,
      body: { error: /port/ },
    });
  t.same(
    ran.filter(({ id }) => id === 'device.scan'),
    [],
  );
});
