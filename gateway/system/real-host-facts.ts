import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, hostname, networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { join } from 'node:path';
import type {
  DefaultRoute,
  HostFacts,
  HostInterface,
  HostMemory,
  InterfaceKind,
} from '../core/host-facts.ts';

type Addresses = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** Sensors of the processor by the names that the kernel gives them; others sit on disks, batteries and radios. */
const processorSensor = /cpu|soc|x86_pkg_temp|coretemp/i;
/** What no living processor has: the sensor does not work. */
const plausibleC = { min: -40, max: 130 };
/** linux/if_arp.h */
const ethernetType = 1;
const loopbackType = 772;
/** linux/route.h: the route is there, and leads over a router. */
const routeIsUp = 0x1;
const routeHasGateway = 0x2;

/**
 * As Linux tells it: proc(5), sysfs(5), Documentation/ABI/testing/sysfs-class-thermal and sysfs-class-net. Elsewhere most
 * is absent.
 *
 * @param root where the trees begin; another in tests
 */
export function createRealHostFacts(root = '/', addresses: () => Addresses = networkInterfaces): HostFacts {
  const read = (path: string): string | undefined => attempt(() => readFileSync(join(root, path), 'utf8'));
  return {
    hostName: hostname,
    processors: availableParallelism,
    temperatureC: () => processorTemperatureC(root, read),
    loadAverages: () => parseLoadAverages(read('proc/loadavg')),
    uptimeMs: () => {
      const seconds = Number.parseFloat(read('proc/uptime') ?? '');
      return Number.isFinite(seconds) ? Math.round(seconds * 1_000) : undefined;
    },
    memory: () => parseMemory(read('proc/meminfo')),
    interfaces: () => readInterfaces(root, read, addresses()),
    defaultRoute: () => parseDefaultRoute(read('proc/net/route')),
  };
}

type Read = (path: string) => string | undefined;

/** Of the first sensor that is the processor's by its name, or else of the first that there is. */
function processorTemperatureC(root: string, read: Read): number | undefined {
  const folder = 'sys/class/thermal';
  const zones = namesIn(join(root, folder))
    .filter((name) => /^thermal_zone\d+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => ({
      type: read(`${folder}/${name}/type`) ?? '',
      celsius: Number.parseInt(read(`${folder}/${name}/temp`) ?? '', 10) / 1_000,
    }))
    .filter(({ celsius }) => celsius >= plausibleC.min && celsius <= plausibleC.max);
  return (zones.find(({ type }) => processorSensor.test(type)) ?? zones[0])?.celsius;
}

function parseLoadAverages(text: string | undefined): readonly [number, number, number] | undefined {
  const [one = NaN, five = NaN, fifteen = NaN] = (text ?? '').split(' ').slice(0, 3).map(Number.parseFloat);
  return [one, five, fifteen].every(Number.isFinite) ? [one, five, fifteen] : undefined;
}

function parseMemory(text: string | undefined): HostMemory | undefined {
  const bytesOf = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text ?? '')?.[1]) * 1_024;
  const memory = {
    totalBytes: bytesOf('MemTotal'),
    availableBytes: bytesOf('MemAvailable'),
    freeBytes: bytesOf('MemFree'),
  };
  return Object.values(memory).every(Number.isFinite) ? memory : undefined;
}

/** The one with the lowest metric. Addresses stand there as the machine holds them, the lowest byte first. */
function parseDefaultRoute(text: string | undefined): DefaultRoute | undefined {
  const routes = (text ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t').map((cell) => cell.trim()))
    .map(([name = '', to, gateway = '', flags = '', , , metric = '']) => ({
      interface: name,
      to,
      gateway,
      flags: Number.parseInt(flags, 16),
      metric: Number.parseInt(metric, 10),
    }))
    .filter(({ to, flags }) => to === '00000000' && (flags & (routeIsUp | routeHasGateway)) === 3)
    .sort((a, b) => a.metric - b.metric);
  const [best] = routes;
  const bytes = /^([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})$/i.exec(best?.gateway ?? '');
  if (best === undefined || bytes === null) return undefined;
  const gateway = bytes
    .slice(1)
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
  return { interface: best.interface, gateway };
}

/** Those of the kernel, and where it shows none those that have an address. */
function readInterfaces(root: string, read: Read, addresses: Addresses): readonly HostInterface[] {
  const folder = 'sys/class/net';
  const known = namesIn(join(root, folder)).filter((name) => existsSync(join(root, folder, name, 'address')));
  const names = known.length > 0 ? known : Object.keys(addresses);
  return names.sort().map((name) => {
    const own = addresses[name] ?? [];
    const mac = (read(`${folder}/${name}/address`)?.trim() ?? own[0]?.mac ?? '').toLowerCase();
    const state = read(`${folder}/${name}/operstate`)?.trim();
    return {
      name,
      kind: kindOf(join(root, folder, name), Number(read(`${folder}/${name}/type`)), own),
      // A tunnel or the loopback does not know: it is up when it has an address.
      isUp: state === undefined || state === 'unknown' ? own.length > 0 : state === 'up',
      mac: /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== '00:00:00:00:00:00' ? mac : undefined,
      addresses: own.map(({ cidr, address }) => cidr ?? address),
    };
  });
}

function kindOf(folder: string, type: number, addresses: readonly NetworkInterfaceInfo[]): InterfaceKind {
  if (type === loopbackType || addresses[0]?.internal === true) return 'loopback';
  if (existsSync(join(folder, 'wireless')) || existsSync(join(folder, 'phy80211'))) return 'wifi';
  // What has no device behind it is a bridge, a tunnel, or one end of a pair.
  return type === ethernetType && existsSync(join(folder, 'device')) ? 'ethernet' : 'other';
}

function namesIn(folder: string): readonly string[] {
  return attempt(() => readdirSync(folder)) ?? [];
}

/** undefined when it is not there, or not to be read: the machine does not tell then. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
