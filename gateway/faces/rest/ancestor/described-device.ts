import type { AncestorRequest } from './ancestor-route.ts';
import { profileOfDriver } from './profile-names.ts';

/** What `device.list` says of a device, as far as it is needed here. */
export interface ListedDevice {
  readonly id: string;
  readonly driver: string;
  readonly address: string;
  readonly state: string;
}

export interface DescribedDevice {
  readonly connection: Readonly<Record<string, unknown>>;
  readonly is_open: boolean;
  /** Its serial number, or our id until it has told it. */
  readonly id: string;
  readonly name: string;
  readonly client_name: string;
}

type Fields = Readonly<Record<string, unknown>>;

const connectionOfKind: Readonly<Record<string, string>> = {
  'modbus-rtu': 'RTU',
  'modbus-tcp': 'TCP',
  'rtu-over-tcp': 'RTU_OVER_TCP',
  'solarman-v5': 'SOLARMAN',
};
const parityLetters: Readonly<Record<string, string>> = { none: 'N', even: 'E', odd: 'O' };
const sources: Readonly<Record<string, { readonly connection: string; readonly client: string }>> = {
  dsmr: { connection: 'P1Telnet', client: 'meter.p1.generic.telnet' },
  enphase: { connection: 'ENPHASE', client: 'inverter.enphase' },
  'homewizard-p1': { connection: 'P1HomeWizard', client: 'meter.p1.homewizard' },
  'jemac-p1': { connection: 'P1Jemac', client: 'meter.p1.jemac' },
};

/** All devices, then the meters that are sources here. Needs the scope `read`. */
export async function describeDevices(request: AncestorRequest): Promise<readonly DescribedDevice[]> {
  const { devices } = (await request.run('device.list')) as { readonly devices: readonly ListedDevice[] };
  const { devices: written = [], sources: writtenSources = [] } = (await request.run('config.show')) as {
    readonly devices?: readonly Fields[];
    readonly sources?: readonly Fields[];
  };
  const described = devices.map(async (device) => {
    const { serialNumber } = (await request.run('device.show', { id: device.id })) as SerialNumber;
    return describeDevice(device, { serialNumber, written: written.find(({ id }) => id === device.id) });
  });
  return [...(await Promise.all(described)), ...(await describeSources(request, writtenSources))];
}

interface SerialNumber {
  readonly serialNumber: string | null;
}

/** A device as the earlier gateway tells of it; what the configuration does not say is told from its address. */
export function describeDevice(
  device: ListedDevice,
  facts: { readonly serialNumber?: string | null; readonly written?: Fields | undefined } = {},
): DescribedDevice {
  const name = profileOfDriver(device.driver);
  const transport = (facts.written?.['transport'] ?? {}) as Fields;
  const serial = facts.serialNumber ?? '';
  return {
    connection: connectionOf(device, transport, serial),
    is_open: device.state === 'up',
    id: serial === '' ? device.id : serial,
    name,
    client_name: clientName(device.driver, name, kindOf(transport)),
  };
}

function connectionOf({ driver, address }: ListedDevice, transport: Fields, serial: string): Fields {
  const { place, unit } = splitAddress(address);
  const kind = connectionOfKind[kindOf(transport) ?? ('path' in place ? 'modbus-rtu' : 'modbus-tcp')];
  const isSunSpec = driver === 'sunspec' && kind === 'TCP';
  return {
    connection: isSunSpec ? 'SUNSPEC' : kind,
    ...('path' in place ? serialLine(place.path, transport) : { ip: place.host, port: place.port }),
    slave_id: unit,
    ...(isSunSpec ? {} : { device_type: profileOfDriver(driver) }),
    ...(transport['loggerSerial'] === undefined ? {} : { logger_sn: transport['loggerSerial'] }),
    ...(serial === '' ? {} : { sn: serial }),
  };
}

function kindOf({ kind }: Fields): string | undefined {
  return typeof kind === 'string' ? kind : undefined;
}

function serialLine(path: string, { baudRate, parity, stopBits }: Fields): Fields {
  return {
    port: path,
    ...(baudRate === undefined ? {} : { baudrate: baudRate }),
    bytesize: 8,
    ...(typeof parity !== 'string' ? {} : { parity: parityLetters[parity] }),
    ...(stopBits === undefined ? {} : { stopbits: stopBits }),
  };
}

/** `192.168.1.20:502/1` or `/dev/ttyUSB0/1` */
function splitAddress(address: string): {
  readonly place: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly unit: number | null;
} {
  const [, where = address, unit] = /^(.*)\/(\d+)$/.exec(address) ?? [];
  const [, host, port] = /^\[?([^/\]]+)\]?:(\d+)$/.exec(where) ?? [];
  const place = host === undefined ? { path: where } : { host, port: Number(port) };
  return { place, unit: unit === undefined ? null : Number(unit) };
}

function clientName(driver: string, name: string, kind: string | undefined): string {
  if (driver === 'sunspec') return 'inverter.sunspec.generic';
  return kind === 'solarman-v5' ? `inverter.solarman.${name}` : `inverter.${name}`;
}

async function describeSources(
  request: AncestorRequest,
  written: readonly Fields[],
): Promise<readonly DescribedDevice[]> {
  const answer = (await request.run('source.list')) as {
    readonly sources: readonly { readonly id: string; readonly kind: string; readonly state: string }[];
  };
  return answer.sources.flatMap(({ id, kind, state }) => {
    const known = sources[kind];
    if (known === undefined) return [];
    const { host, url, path, port } = written.find((source) => source['id'] === id) ?? {};
    const where = { ip: host ?? url ?? path ?? null, ...(port === undefined ? {} : { port }) };
    const connection = { connection: known.connection, ...where };
    return [{ connection, is_open: state === 'up', id, name: id, client_name: known.client }];
  });
}
