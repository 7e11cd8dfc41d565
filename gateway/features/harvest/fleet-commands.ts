import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, oneOf } from '../schema.ts';

/** A device in the form of the configuration file. */
export type WrittenDevice = Readonly<Record<string, unknown>>;

/** Devices that come and go while the gateway runs. */
export interface FleetPort {
  /** Errors: `config_invalid` with every problem; `already_exists`; `data_dir_unusable`. */
  add(device: WrittenDevice): Promise<void>;
  /** Errors: `config_pinned`, `device_unknown`, `data_dir_unusable`. */
  remove(id: string): void;
  /** Errors: `device_unknown`. */
  accept(id: string): void;
}

export interface FleetCommandPorts {
  readonly fleet: FleetPort;
}

const id = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Small letters, digits and single dashes; it names the device for ever',
});
const known = closed({ id: Type.String({ minLength: 1, maxLength: 64, description: 'The device' }) });
const wholeNumber = (description: string): ReturnType<typeof Type.Integer> => Type.Integer({ description });
const shortText = (description: string): ReturnType<typeof Type.String> =>
  Type.String({ minLength: 1, maxLength: 253, description });

/** Ranges and what belongs together are the configuration's to check: its words say what and where. */
const deviceAdd = defineCommand({
  id: 'device.add',
  summary: 'Add a device; it is read from now on, and after a restart',
  scope: 'admin',
  input: closed({
    id,
    driver: shortText('What kind of device it is; egw device identify tells'),
    kind: Type.String({ maxLength: 64, default: 'modbus-tcp', description: 'How it is reached' }),
    host: Type.Optional(shortText('Its name or address')),
    port: Type.Optional(wholeNumber('TCP port; the driver’s unless said')),
    path: Type.Optional(shortText('Serial line: /dev/serial/by-id/…')),
    baudRate: Type.Optional(wholeNumber('Of the serial line; the driver’s unless said')),
    parity: Type.Optional(oneOf(['none', 'even', 'odd'], { description: 'Of the serial line' })),
    stopBits: Type.Optional(wholeNumber('Of the serial line: 1 or 2')),
    loggerSerial: Type.Optional(wholeNumber('Of a Solarman logger: the number on its stick')),
    unit: Type.Optional(wholeNumber('Modbus unit; the driver’s unless said')),
    wordOrder: Type.Optional(
      oneOf(['big', 'little'], { description: 'Of long values, where this device differs from its driver' }),
    ),
    period: Type.Optional(shortText('Time between two readings, such as 10s')),
    name: Type.Optional(shortText('Name for people')),
    role: Type.Optional(shortText('What it is in the home, such as inverter or meter')),
  }),
  output: closed({ added: Type.String() }),
  http: { method: 'POST', path: '/api/v1/devices', status: 201 },
  cli: { verb: 'device add', positionals: ['id'] },
  run: async ({ fleet }: FleetCommandPorts, input) => {
    const { kind, host, port, path, baudRate, parity, stopBits, loggerSerial, ...device } = input;
    const transport = { kind, host, port, path, baudRate, parity, stopBits, loggerSerial };
    await fleet.add({ ...device, transport: given(transport) });
    return { added: input.id };
  },
});

const deviceRemove = defineCommand({
  id: 'device.remove',
  summary: 'Remove a device that was added; its history stays',
  scope: 'admin',
  input: known,
  output: closed({ removed: Type.String() }),
  http: { method: 'DELETE', path: '/api/v1/devices/:id' },
  cli: { verb: 'device remove', positionals: ['id'] },
  run: ({ fleet }: FleetCommandPorts, input) => {
    fleet.remove(input.id);
    return { removed: input.id };
  },
});

const deviceAccept = defineCommand({
  id: 'device.accept',
  summary: 'Go on with the device that answers in the place of another: its history continues',
  scope: 'admin',
  input: known,
  output: closed({ accepted: Type.String() }),
  http: { method: 'POST', path: '/api/v1/devices/:id/accept' },
  cli: { verb: 'device accept', positionals: ['id'] },
  run: ({ fleet }: FleetCommandPorts, input) => {
    fleet.accept(input.id);
    return { accepted: input.id };
  },
});

export const fleetCommands = [deviceAdd, deviceRemove, deviceAccept] as const;

export function bindFleetCommands(ports: FleetCommandPorts): readonly BoundCommand[] {
  return [bindCommand(deviceAdd, ports), bindCommand(deviceRemove, ports), bindCommand(deviceAccept, ports)];
}

function given(values: Readonly<Record<string, unknown>>): WrittenDevice {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
