import {
  ok,
  statusError,
  type AncestorAnswer,
  type AncestorRequest,
  type AncestorRoute,
} from './ancestor-route.ts';
import { readJoinedName } from './wifi-routes.ts';

interface SystemFacts {
  readonly atMs: number;
  readonly temperatureC: number | null;
  readonly load1: number | null;
  readonly load5: number | null;
  readonly load15: number | null;
  readonly upMs: number | null;
  readonly memoryTotalBytes: number | null;
  readonly memoryAvailableBytes: number | null;
  readonly memoryFreeBytes: number | null;
}

interface NetworkFacts {
  readonly address: string | null;
  readonly interface: string | null;
  readonly isInternetReachable: boolean | null;
  readonly interfaces: readonly {
    readonly name: string;
    readonly kind: string;
    readonly isUp: boolean;
    readonly mac: string | null;
    readonly addresses: readonly string[];
  }[];
}

const showSystem: AncestorRoute = {
  method: 'GET',
  path: '/api/system',
  scope: 'read',
  summary: 'The machine: temperature, load, memory. null is what it does not tell',
  returns: {
    time_utc_sec: 'number - seconds since 1970',
    temperature_celsius: 'number - of the processor',
    processes_average: 'object - load of the last 1, 5 and 15 minutes',
    uptime_seconds: 'number - since the machine started',
    memory_MB: 'object - total, available, free, used, percent_used',
  },
  answer: async ({ run }) => {
    const facts = (await run('system.show')) as SystemFacts;
    return ok({
      time_utc_sec: Math.floor(facts.atMs / 1_000),
      temperature_celsius: facts.temperatureC,
      processes_average: { last_1min: facts.load1, last_5min: facts.load5, last_15min: facts.load15 },
      uptime_seconds: facts.upMs === null ? null : facts.upMs / 1_000,
      memory_MB: memoryOf(facts),
    });
  },
};

const networkReturns = {
  ip: 'string - address of the default route; 0.0.0.0 where there is none',
  eth0_mac: 'string - null where there is none',
  wlan0_mac: 'string - null where there is none',
  interfaces: 'object - IPv4 address by interface',
  wifi_connected: 'boolean',
  ethernet_connected: 'boolean',
  internet_connection: 'boolean - whether a connection came about within 3 s',
  wifi_ssid: 'string - null where none is joined, or nobody tells',
};

const network = (path: string): AncestorRoute => ({
  method: 'GET',
  path,
  scope: 'read',
  summary: 'The network that the machine is attached to',
  returns: networkReturns,
  answerMsMax: 25_000,
  answer: showNetwork,
});

const stopBluetooth: AncestorRoute = {
  method: 'POST',
  path: '/api/system/ble/stop',
  scope: 'admin',
  summary: 'Stop advertising over Bluetooth, where somebody owns the gateway',
  returns: { status: 'string', message: 'string' },
  errorBody: statusError,
  answer: async ({ run }) => {
    await run('provision.close');
    return ok({ status: 'success', message: 'BLE advertising scheduled to stop' });
  },
};

export const machineRoutes: readonly AncestorRoute[] = [
  showSystem,
  network('/api/network'),
  network('/api/network/address'),
  stopBluetooth,
];

/** Mebibytes with one decimal, as the earlier gateway has them. */
function memoryOf(facts: SystemFacts): Readonly<Record<string, number | null>> {
  const { memoryTotalBytes: total, memoryAvailableBytes: available, memoryFreeBytes: free } = facts;
  if (total === null || available === null || free === null)
    return { total: null, available: null, free: null, used: null, percent_used: null };
  const megabytes = (bytes: number): number => rounded(bytes / 1_048_576);
  return {
    total: megabytes(total),
    available: megabytes(available),
    free: megabytes(free),
    used: megabytes(total - available),
    percent_used: rounded(((total - available) / total) * 100),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

async function showNetwork(request: AncestorRequest): Promise<AncestorAnswer> {
  const [facts, ssid] = await Promise.all([
    request.run('network.show', { internet: true }) as Promise<NetworkFacts>,
    readJoinedName(request),
  ]);
  // In a container the way out is neither.
  const outward = facts.interfaces.filter(
    ({ name, kind }) => kind === 'ethernet' || kind === 'wifi' || name === facts.interface,
  );
  const isConnected = (byRadio: boolean): boolean =>
    outward.some(
      ({ kind, isUp, addresses }) => (kind === 'wifi') === byRadio && isUp && addresses.length > 0,
    );
  const macOf = (wanted: string): string | null =>
    facts.interfaces.find(({ name }) => name === wanted)?.mac?.toUpperCase() ?? null;
  return ok({
    ip: facts.address ?? '0.0.0.0',
    eth0_mac: macOf('eth0'),
    wlan0_mac: macOf('wlan0'),
    interfaces: Object.fromEntries(
      outward.flatMap(({ name, addresses }) => {
        const own = addresses.find((address) => !address.includes(':'))?.split('/')[0];
        return own === undefined ? [] : [[name, own]];
      }),
    ),
    wifi_connected: isConnected(true),
    ethernet_connected: isConnected(false),
    internet_connection: facts.isInternetReachable === true,
    wifi_ssid: ssid,
  });
}
