import { Type, type Static } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, nullable, oneOf } from '../schema.ts';

const foundDevice = closed({
  host: nullable(Type.String({ description: 'Null on a serial line' })),
  port: nullable(Type.Integer()),
  path: nullable(Type.String({ description: 'The serial line; null on the network' })),
  kind: nullable(Type.String({ description: 'How it is reached; null when nothing answered' })),
  unit: nullable(Type.Integer({ description: 'Modbus unit' })),
  driver: nullable(Type.String()),
  title: nullable(Type.String({ description: 'Maker and family' })),
  name: nullable(Type.String({ description: 'What it calls itself in the network (mDNS); a hint' })),
  certainty: oneOf(['known', 'certain', 'likely', 'unknown'], {
    description:
      'known: it is configured, and was not asked. certain: it names its maker. likely: its values fit. unknown: no driver knows it',
  }),
  serialNumber: nullable(Type.String({ description: 'As the device says' })),
  model: nullable(Type.String({ description: 'As the device says' })),
  device: nullable(Type.String({ description: 'Id of the configured device that it is' })),
  alternatives: Type.Array(Type.String(), { description: 'Other drivers that fit as well' }),
  add: nullable(Type.String({ description: 'The command that adds it' })),
  note: nullable(Type.String()),
});

const scanAnswer = closed({
  subnets: Type.Array(Type.String()),
  ports: Type.Array(Type.Integer()),
  addresses: Type.Integer({ description: 'Addresses that were looked at' }),
  tookMs: duration(),
  found: Type.Array(foundDevice, { description: 'What is configured there, and every open port' }),
});

export type FoundDevice = Static<typeof foundDevice>;
export type ScanAnswer = Static<typeof scanAnswer>;

export interface IdentifyRequest {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly baudRate?: number;
  readonly kind?: string;
  readonly loggerSerial?: number;
  readonly unit?: number;
}

/** Looks for devices. Calls end early, with its reason, when their signal fires. */
export interface DiscoveryPort {
  /** Errors: `input_invalid`, `host_forbidden`, `not_found` (no network), `rate_limited`, `stopping`. */
  scan(
    request: { readonly subnet: string | undefined; readonly ports: readonly number[] | undefined },
    signal: AbortSignal,
  ): Promise<ScanAnswer>;
  /** Errors: those of `DeviceProber.probe`, `input_invalid`, `rate_limited`, `stopping`. */
  identify(request: IdentifyRequest, signal: AbortSignal): Promise<FoundDevice[]>;
}

export interface DiscoveryCommandPorts {
  readonly discovery: DiscoveryPort;
}

const port = (description: string): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum: 1, maximum: 65_535, description });
const shortText = (description: string): ReturnType<typeof Type.String> =>
  Type.String({ minLength: 1, maxLength: 253, description });

/** It takes up to two minutes, and its caller waits. */
const answerMsMax = 150_000;

const deviceScan = defineCommand({
  id: 'device.scan',
  summary: 'Look for devices in the home network: private subnets, known ports, once in five minutes',
  scope: 'admin',
  input: closed({
    subnet: Type.Optional(shortText('Like 192.168.1.0/24; all that the gateway is attached to unless said')),
    ports: Type.Optional(
      Type.Array(port('TCP port'), {
        minItems: 1,
        maxItems: 16,
        description: 'Like 502,1502; all that devices are known to use unless said',
      }),
    ),
  }),
  output: scanAnswer,
  http: { method: 'POST', path: '/api/v1/devices/scan', answerMsMax },
  cli: {
    verb: 'device scan',
    list: 'found',
    columns: ['host', 'port', 'name', 'unit', 'driver', 'certainty', 'serialNumber', 'device', 'note', 'add'],
  },
  run: async ({ discovery }: DiscoveryCommandPorts, { subnet, ports }, { signal }) =>
    await discovery.scan({ subnet, ports }, signal),
});

const deviceIdentify = defineCommand({
  id: 'device.identify',
  summary: 'Ask one host, or one serial line, what kind of device it is',
  scope: 'admin',
  input: closed({
    host: Type.Optional(shortText('Its name or address')),
    port: Type.Optional(port('TCP port; 502, and others that devices are known to use, unless said')),
    path: Type.Optional(shortText('Serial line instead of a host: /dev/serial/by-id/…')),
    baudRate: Type.Optional(
      Type.Integer({
        minimum: 1_200,
        maximum: 115_200,
        description: 'Of the serial line; those of the drivers unless said',
      }),
    ),
    kind: Type.Optional(shortText('How it is reached: modbus-tcp, rtu-over-tcp, solarman-v5; all that fit')),
    loggerSerial: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 0xffff_ffff,
        description: 'Of a Solarman logger: the number on its stick',
      }),
    ),
    unit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 255, description: 'Modbus unit; the usual ones unless said' }),
    ),
  }),
  output: closed({ found: Type.Array(foundDevice) }),
  http: { method: 'POST', path: '/api/v1/devices/identify', answerMsMax },
  cli: {
    verb: 'device identify',
    positionals: ['host'],
    list: 'found',
    columns: ['host', 'port', 'path', 'unit', 'driver', 'certainty', 'serialNumber', 'device', 'note', 'add'],
  },
  run: async ({ discovery }: DiscoveryCommandPorts, input, { signal }) => ({
    found: await discovery.identify(input, signal),
  }),
});

export const discoveryCommands = [deviceScan, deviceIdentify] as const;

export function bindDiscoveryCommands(ports: DiscoveryCommandPorts): readonly BoundCommand[] {
  return [bindCommand(deviceScan, ports), bindCommand(deviceIdentify, ports)];
}
