import { GatewayError } from '../../../core/errors.ts';
import { suggestName } from '../../../core/nearest.ts';
import type { DescribedFields } from './ancestor-route.ts';
import { numberField, refuseUnknown, textField } from './field-values.ts';
import { driverOfProfile } from './profile-names.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a connection of the earlier gateway is here. */
interface Connection {
  readonly fields: DescribedFields;
  /** The kind of source that it is: those stand in the configuration. */
  readonly source?: string;
  /** What that calls the place of the device; `host` unless said. */
  readonly option?: string;
  /** Of a device: what `device.add` takes, besides its id and driver. */
  toTransport?(fields: Fields): object;
}

const place = {
  ip: 'string - IP or host name of the device',
  port: 'number - TCP port',
  slave_id: 'number - Modbus unit',
};
const known = {
  mac: 'string - MAC, optional; it is not used',
  sn: 'string - serial number, optional: it names the device',
};
const deviceType = { device_type: 'string - what kind of device it is: see /api/device/supported' };
const p1 = {
  ip: place.ip,
  port: place.port,
  meter_serial_number: 'string - serial number, optional',
};
const parities: Readonly<Record<string, string>> = { N: 'none', E: 'even', O: 'odd' };

const overTcp = (fields: Fields): object => ({
  kind: 'modbus-tcp',
  host: textField(fields, 'ip'),
  port: numberField(fields, 'port'),
  unit: numberField(fields, 'slave_id'),
});

/** By the name that the earlier gateway gives it. */
export const connections: Readonly<Record<string, Connection>> = {
  TCP: { fields: { ...place, ...deviceType, ...known }, toTransport: overTcp },
  RTU: {
    fields: {
      port: 'string - serial line: /dev/serial/by-id/…',
      baudrate: 'number - bit/s',
      bytesize: 'number - data bits: 8',
      parity: 'string - N, E or O',
      stopbits: 'number - 1 or 2',
      slave_id: place.slave_id,
      ...deviceType,
      sn: known.sn,
    },
    toTransport: overSerialLine,
  },
  SOLARMAN: {
    fields: {
      ...place,
      ...deviceType,
      logger_sn: 'number - serial number of the logger',
      verbose: 'boolean - optional; it is not used',
      ...known,
    },
    toTransport: (fields) => ({
      ...overTcp(fields),
      kind: 'solarman-v5',
      loggerSerial: numberField(fields, 'logger_sn'),
    }),
  },
  SUNSPEC: { fields: { ...place, ...known }, toTransport: overTcp },
  ENPHASE: {
    fields: {
      ip: place.ip,
      port: place.port,
      bearer_token: 'string - token of the gateway',
      username: 'string - instead of a token, with password and iq_gw_serial',
      password: 'string',
      iq_gw_serial: 'string',
      mac: known.mac,
    },
    source: 'enphase',
    option: 'url',
  },
  P1Telnet: { fields: { ...p1, model_name: 'string - optional' }, source: 'dsmr' },
  P1Jemac: { fields: p1, source: 'jemac-p1' },
  P1HomeWizard: { fields: p1, source: 'homewizard-p1' },
};

const aliases: Readonly<Record<string, string>> = { host: 'ip', address: 'slave_id', type: 'device_type' };
/** What only our answers have, so that what was read can be sent back. */
const ownFields = ['connection', 'id', 'status', 'is_open'];

/**
 * What `device.add` takes for a device of the earlier gateway. Errors: `input_invalid`, which says what is wrong, and
 * for what is a source here how it is configured.
 */
export function deviceFromConfiguration(given: Fields): { readonly id: string } & Fields {
  const fields = withoutAliases(given);
  const name = textField(fields, 'connection') ?? '';
  const connection = Object.hasOwn(connections, name) ? connections[name] : undefined;
  if (connection === undefined) throw unknownConnection(name);
  refuseUnknown(fields, [...Object.keys(connection.fields), ...ownFields]);
  if (connection.toTransport === undefined) throw isSource(name, connection, fields);
  const transport = connection.toTransport(fields);
  const driver = name === 'SUNSPEC' ? 'sunspec' : driverOf(fields);
  return { id: idOf(fields, driver), driver, ...present(transport) };
}

function overSerialLine(fields: Fields): object {
  const bits = numberField(fields, 'bytesize') ?? 8;
  if (bits !== 8) throw invalid(`bytesize must be 8, not ${bits}`);
  const parity = textField(fields, 'parity') ?? 'N';
  const known = parities[parity.toUpperCase().slice(0, 1)];
  if (known === undefined) throw invalid(`parity must be N, E or O, not ${parity.slice(0, 20)}`);
  return {
    kind: 'modbus-rtu',
    path: textField(fields, 'port'),
    baudRate: numberField(fields, 'baudrate'),
    parity: known,
    stopBits: numberField(fields, 'stopbits'),
    unit: numberField(fields, 'slave_id'),
  };
}

/** Errors: `input_invalid` for a field that is given by both its names. */
function withoutAliases(given: Fields): Fields {
  const entries = Object.entries(given).map(([name, value]) => [aliases[name] ?? name, value] as const);
  const names = entries.map(([name]) => name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw invalid(`${double} is given twice`);
  return Object.fromEntries(entries);
}

function driverOf(fields: Fields): string {
  const wanted = textField(fields, 'device_type');
  if (wanted === undefined) throw invalid('device_type is missing');
  return driverOfProfile(wanted);
}

/** The serial number when it is given, or the driver and its place: the same device gets the same id each time. */
function idOf(fields: Fields, driver: string): string {
  const { port } = fields;
  const place = textField(fields, 'ip') ?? (typeof port === 'string' ? port : '');
  const unit = numberField(fields, 'slave_id') ?? '';
  const text = textField(fields, 'sn') ?? `${driver}-${place}-${unit}`;
  const id = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(-64)
    .replace(/^-+/, '');
  if (id === '') throw invalid('sn has neither letters nor digits');
  return id;
}

function present(values: object): Fields {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function unknownConnection(name: string): GatewayError {
  return new GatewayError('input_invalid', 'Missing or invalid connection type', {
    hint: suggestName(name, Object.keys(connections)),
  });
}

function isSource(name: string, { source = '', option = 'host' }: Connection, fields: Fields): GatewayError {
  const host = textField(fields, 'ip')?.slice(0, 253) ?? 'ADDRESS';
  return new GatewayError('input_invalid', `${name} is a source, and sources stand in the configuration`, {
    hint: `write there: sources: [{ id: meter, kind: ${source}, ${option}: ${option === 'url' ? 'https://' : ''}${host} }]`,
  });
}

function invalid(message: string): GatewayError {
  return new GatewayError('input_invalid', message);
}
