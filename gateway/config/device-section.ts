import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import type { AttachedAddress } from '../core/attached-address.ts';
import { limits } from '../core/limits.ts';
import { durationPattern } from '../core/duration.ts';
import type { SerialSettings } from '../core/serial-lines.ts';
import type { ConfigSection } from './section.ts';
import { serialSettingValues } from './serial-setting-values.ts';

/** A kind of transport, as far as it says what a device's `transport` must give. */
export interface TransportFacts {
  readonly id: string;
  readonly endpoint: 'host' | 'serial';
  readonly needsLoggerSerial: boolean;
}

/** What the configuration has to know of the rooms that it does not import. */
export interface DeviceRules {
  /** Ids of the drivers that are built in. */
  readonly drivers: readonly string[];
  /** The settings of a serial line that a driver's devices have unless told otherwise. */
  readonly serialLineOf: (driver: string) => SerialSettings;
  /** Kinds of transports that are built in. */
  readonly transports: readonly TransportFacts[];
  /** The machine's addresses now; empty when they are not known. */
  readonly attached: readonly AttachedAddress[];
}

/** The list of devices. Each item is checked by itself, so that a bad one is quarantined and the rest runs. */
export function deviceSection(rules: Pick<DeviceRules, 'drivers' | 'transports'>): ConfigSection {
  const device = Type.Object(
    {
      id: Type.String({
        description: 'Small letters, digits and single dashes; it names the device for ever.',
        pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
        maxLength: 64,
      }),
      name: Type.Optional(Type.String({ description: 'Name for people.', minLength: 1, maxLength: 64 })),
      driver: oneOf(rules.drivers, 'What kind of device it is.'),
      transport: transportSchema(rules.transports),
      unit: Type.Optional(
        // 0 is broadcast; over TCP 255 is "the device itself" (MODBUS Messaging on TCP/IP Implementation Guide
        // V1.0b, 4.4.2.1).
        Type.Integer({
          description: "Modbus unit: 1 to 247, over the network also 255. Default: the driver's.",
          minimum: 1,
          maximum: 255,
        }),
      ),
      wordOrder: Type.Optional(
        Type.Enum(['big', 'little'], {
          description:
            "Order of the words of a long value: big is high word first. Default: the driver's. Change it where a meter shows absurd values.",
        }),
      ),
      period: Type.String({
        description: `Time between the starts of two readings, such as 500ms, 10s or 1m; ${limits.pollIntervalMsMin}ms to 24h.`,
        pattern: durationPattern,
        default: '10s',
      }),
      enabled: Type.Boolean({ description: 'false keeps its history and leaves it alone.', default: true }),
      role: Type.Optional(
        Type.String({
          description: 'What it is in the home, such as inverter or meter.',
          pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
          maxLength: 64,
        }),
      ),
    },
    { description: 'A device.', additionalProperties: false },
  );
  return {
    key: 'devices',
    schema: Type.Array(device, {
      description: 'The devices that are read.',
      maxItems: limits.devicesMax,
      default: [],
    }),
  };
}

/** What each kind needs and what does not belong to it is checked after the schema, which could not say it well. */
function transportSchema(kinds: readonly TransportFacts[]): TSchema {
  return Type.Object(
    {
      kind: oneOf(
        kinds.map(({ id }) => id),
        'How the device is reached.',
      ),
      host: Type.Optional(
        Type.String({
          description: 'Name or address of the device, its converter or its logger.',
          minLength: 1,
          maxLength: 253,
        }),
      ),
      port: Type.Optional(
        Type.Integer({
          description: "TCP port. Default: the transport's or the driver's.",
          minimum: 1,
          maximum: 65_535,
        }),
      ),
      loggerSerial: Type.Optional(
        Type.Integer({
          description: "Serial number of the logger stick, as printed on it; not the inverter's.",
          minimum: 1,
          maximum: 0xffff_ffff,
        }),
      ),
      path: Type.Optional(
        Type.String({
          description: 'The serial adapter, such as /dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0.',
          minLength: 1,
          maxLength: 255,
        }),
      ),
      baudRate: Type.Optional(
        Type.Enum([...serialSettingValues.baudRate], {
          description: "Bits a second. Default: the driver's.",
        }),
      ),
      parity: Type.Optional(
        Type.Enum([...serialSettingValues.parity], { description: "Parity bit. Default: the driver's." }),
      ),
      stopBits: Type.Optional(
        Type.Enum([...serialSettingValues.stopBits], { description: "Stop bits. Default: the driver's." }),
      ),
    },
    { description: 'Where the device is.', additionalProperties: false },
  );
}

/** An empty `enum` is not a schema: with nothing built in, the rules after the schema say so. */
function oneOf(values: readonly string[], description: string): TSchema {
  return values.length === 0 ? Type.String({ description }) : Type.Enum([...values], { description });
}
