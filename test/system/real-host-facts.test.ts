import { mkdirSync, writeFileSync } from 'node:fs';
import type { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import type { HostFacts } from '../../gateway/core/host-facts.ts';
import { createRealHostFacts } from '../../gateway/system/real-host-facts.ts';

type Addresses = ReturnType<typeof networkInterfaces>;

function machine(t: Test, files: Readonly<Record<string, string>>, addresses: Addresses = {}): HostFacts {
  const root = t.testdir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return createRealHostFacts(root, () => addresses);
}

/** Raspberry Pi 4, Raspberry Pi OS of 2025, kernel 6.12: a cable, the radio off, a bridge of Docker. */
const pi = {
  'proc/loadavg': '0.42 0.30 0.25 1/187 4021\n',
  'proc/uptime': '123456.70 480000.11\n',
  'proc/meminfo':
    'MemTotal:         947360 kB\nMemFree:          123392 kB\nMemAvailable:     524288 kB\nBuffers:           40000 kB\n',
  'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  'sys/class/thermal/thermal_zone0/temp': '48199\n',
  'sys/class/net/lo/type': '772\n',
  'sys/class/net/lo/address': '00:00:00:00:00:00\n',
  'sys/class/net/lo/operstate': 'unknown\n',
  'sys/class/net/eth0/type': '1\n',
  'sys/class/net/eth0/address': 'dc:a6:32:00:11:22\n',
  'sys/class/net/eth0/operstate': 'up\n',
  'sys/class/net/eth0/device/uevent': 'DRIVER=bcmgenet\n',
  'sys/class/net/wlan0/type': '1\n',
  'sys/class/net/wlan0/address': 'dc:a6:32:00:11:23\n',
  'sys/class/net/wlan0/operstate': 'down\n',
  'sys/class/net/wlan0/device/uevent': 'DRIVER=brcmfmac\n',
  'sys/class/net/wlan0/phy80211/name': 'phy0\n',
  'sys/class/net/docker0/type': '1\n',
  'sys/class/net/docker0/address': '02:42:11:22:33:44\n',
  'sys/class/net/docker0/operstate': 'up\n',
  'sys/class/net/bonding_masters': '\n',
  'proc/net/route': [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
    'eth0\t00000000\t0101A8C0\t0003\t0\t0\t202\t00000000\t0\t0\t0',
    'eth0\t0001A8C0\t00000000\t0001\t0\t0\t202\t00FFFFFF\t0\t0\t0',
    '',
  ].join('\n'),
};
const addresses = {
  lo: [address('127.0.0.1/8', { internal: true })],
  eth0: [address('192.168.1.50/24'), address('fe80::1/64')],
  docker0: [address('172.17.0.1/16')],
};

function address(cidr: string, { internal = false } = {}): NonNullable<Addresses[string]>[number] {
  const [plain = ''] = cidr.split('/');
  return { address: plain, netmask: '', family: 'IPv4', mac: '02:00:00:00:00:01', internal, cidr };
}

t.test('a Raspberry Pi tells its temperature, load, memory, and how long it has been up', (t) => {
  const facts = machine(t, pi);
  t.equal(facts.temperatureC(), 48.199);
  t.same(facts.loadAverages(), [0.42, 0.3, 0.25]);
  t.equal(facts.uptimeMs(), 123_456_700);
  t.same(facts.memory(), {
    totalBytes: 947_360 * 1_024,
    availableBytes: 524_288 * 1_024,
    freeBytes: 123_392 * 1_024,
  });
  t.end();
});

t.test('its interfaces are told by their kind, and the default route by the lowest metric', (t) => {
  const facts = machine(t, pi, addresses);
  t.same(facts.interfaces(), [
    {
      name: 'docker0',
      kind: 'other',
      isUp: true,
      mac: '02:42:11:22:33:44',
      addresses: ['172.17.0.1/16'],
    },
    {
      name: 'eth0',
      kind: 'ethernet',
      isUp: true,
      mac: 'dc:a6:32:00:11:22',
      addresses: ['192.168.1.50/24', 'fe80::1/64'],
    },
    { name: 'lo', kind: 'loopback', isUp: true, mac: undefined, addresses: ['127.0.0.1/8'] },
    { name: 'wlan0', kind: 'wifi', isUp: false, mac: 'dc:a6:32:00:11:23', addresses: [] },
  ]);
  t.same(facts.defaultRoute(), { interface: 'eth0', gateway: '192.168.1.1' });
  t.end();
});

t.test('of several sensors that of the processor counts, and one that does not work is left out', (t) => {
  const zone = (index: number, type: string, temp: string): Record<string, string> => ({
    [`sys/class/thermal/thermal_zone${index}/type`]: `${type}\n`,
    [`sys/class/thermal/thermal_zone${index}/temp`]: `${temp}\n`,
  });
  const laptop = { ...zone(0, 'acpitz', '27800'), ...zone(2, 'iwlwifi_1', '41000') };
  t.equal(machine(t, { ...laptop, ...zone(10, 'x86_pkg_temp', '61000') }).temperatureC(), 61);
  t.equal(machine(t, laptop).temperatureC(), 27.8, 'the first, where none is by its name');
  const broken = { ...zone(0, 'cpu-thermal', '-274000'), ...zone(1, 'battery', '20000') };
  t.equal(machine(t, broken).temperatureC(), 20);
  t.equal(machine(t, zone(0, 'cpu-thermal', '')).temperatureC(), undefined);
  t.end();
});

t.test('what a machine does not tell is absent, and never 0', (t) => {
  for (const files of [
    {},
    {
      'proc/loadavg': 'nothing\n',
      'proc/uptime': '\n',
      'proc/meminfo': 'MemTotal: 947360 kB\n',
      'proc/net/route': 'Iface\tDestination\neth0\t00000000\tgarbled\t0003\neth0\t00000000\n',
      'sys/class/thermal/thermal_zone0/temp': 'hot\n',
    },
  ]) {
    const facts = machine(t, files);
    t.same(
      [facts.temperatureC(), facts.loadAverages(), facts.uptimeMs(), facts.memory(), facts.defaultRoute()],
      Array.from({ length: 5 }),
    );
    t.same(facts.interfaces(), []);
  }
  t.end();
});

t.test('where the kernel shows no interfaces, those with an address are told', (t) => {
  t.same(machine(t, {}, { en0: addresses.eth0 }).interfaces(), [
    {
      name: 'en0',
      kind: 'other',
      isUp: true,
      mac: '02:00:00:00:00:01',
      addresses: ['192.168.1.50/24', 'fe80::1/64'],
    },
  ]);
  t.end();
});

t.test('on this machine nothing throws', (t) => {
  const facts = createRealHostFacts();
  t.ok(facts.processors() >= 1);
  t.ok(facts.hostName().length > 0);
  t.ok((facts.temperatureC() ?? 1) !== 0 && (facts.uptimeMs() ?? 1) > 0);
  t.ok(Array.isArray(facts.interfaces()));
  facts.defaultRoute();
  t.end();
});
