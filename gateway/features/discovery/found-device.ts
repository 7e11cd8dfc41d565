import type { ConfiguredDevice } from './configured-device.ts';
import type { DeviceProber, ProbedDevice, ProbedMatch, ProbeTarget } from './device-prober.ts';
import type { FoundDevice } from './discovery-commands.ts';

type Where = Pick<FoundDevice, 'host' | 'port' | 'path'>;

const nothing = {
  name: null,
  kind: null,
  unit: null,
  driver: null,
  title: null,
  serialNumber: null,
  model: null,
  device: null,
  alternatives: [],
  add: null,
} as const;

/** A configured device at its place, as it is known; it was not asked. */
export function knownDevice(
  device: ConfiguredDevice,
  place: ConfiguredDevice['place'] = device.place,
): FoundDevice {
  const { driver, title, kind, unit, serialNumber, model } = device;
  return {
    ...whereOf(place),
    name: null,
    kind,
    unit,
    driver,
    title,
    serialNumber,
    model,
    certainty: 'known',
    device: device.id,
    alternatives: [],
    add: null,
    note: 'it is configured, so it was left in peace',
  };
}

/** A place that is open, and of which nothing more is known. */
export function unknownDevice(place: ConfiguredDevice['place'], note: string): FoundDevice {
  return { ...nothing, alternatives: [], ...whereOf(place), certainty: 'unknown', note };
}

/** What an asked place turned out to be. */
export function probedDevice(
  target: ProbeTarget,
  probed: ProbedDevice,
  { prober, devices }: { readonly prober: DeviceProber; readonly devices: readonly ConfiguredDevice[] },
): FoundDevice {
  const { kind, unit, match } = probed;
  if (match === undefined) {
    const note = `unit ${unit} answers, but no driver knows it`;
    return { ...unknownDevice(target.endpoint, note), kind, unit };
  }
  const device = devices.find(
    ({ serialNumber, driver }) =>
      match.serialNumber !== '' && serialNumber === match.serialNumber && driver === match.driver,
  );
  const { driver, title, certainty, alternatives, serialNumber, model } = match;
  return {
    ...whereOf(target.endpoint),
    name: null,
    kind,
    unit,
    driver,
    title,
    certainty,
    serialNumber: serialNumber || null,
    model: model || null,
    device: device?.id ?? null,
    alternatives: [...alternatives],
    add: device === undefined ? addLine(target, probed, match, { prober, devices }) : null,
    note: device === undefined ? null : `it is ${device.id}, which is configured at another place`,
  };
}

function whereOf(place: ConfiguredDevice['place']): Where {
  return 'host' in place
    ? { host: place.host, port: place.port, path: null }
    : { host: null, port: null, path: place.path };
}

/** The command that adds it, as it can be typed. */
function addLine(
  target: ProbeTarget,
  { kind, unit, line }: ProbedDevice,
  { driver }: ProbedMatch,
  known: { readonly prober: DeviceProber; readonly devices: readonly ConfiguredDevice[] },
): string {
  const words = ['egw device add', freeId(driver, known.devices), '--driver', driver];
  if (kind !== 'modbus-tcp') words.push('--kind', kind);
  const { endpoint, loggerSerial } = target;
  if ('host' in endpoint) {
    words.push('--host', quoted(endpoint.host));
    if (endpoint.port !== known.prober.defaultPort(kind, driver)) words.push('--port', `${endpoint.port}`);
  } else {
    words.push('--path', quoted(endpoint.path));
    if (line !== undefined) {
      words.push(
        '--baud-rate',
        `${line.baudRate}`,
        '--parity',
        line.parity,
        '--stop-bits',
        `${line.stopBits}`,
      );
    }
  }
  if (loggerSerial !== undefined && kind.startsWith('solarman'))
    words.push('--logger-serial', `${loggerSerial}`);
  return [...words, '--unit', `${unit}`].join(' ');
}

function freeId(driver: string, devices: readonly ConfiguredDevice[]): string {
  const taken = new Set(devices.map(({ id }) => id));
  if (!taken.has(driver)) return driver;
  let number = 2;
  while (taken.has(`${driver}-${number}`)) number += 1;
  return `${driver}-${number}`;
}

function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
