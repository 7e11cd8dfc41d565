import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import type { AttachedAddress } from '../core/attached-address.ts';
import { limits } from '../core/limits.ts';
import { durationPattern } from '../core/duration.ts';
import type { ConfigSection } from './section.ts';

/** What the configuration has to know of the rooms that it does not import. */
export interface DeviceRules {
  /** Ids of the drivers that are built in. */
  readonly drivers: readonly string[];
  /** Kinds of transports that are built in: `modbus-tcp`. */
  readonly transports: readonly string[];
  /** The machine's addresses now; empty when they are not known. */
  readonly attached: readonly AttachedAddress[];
}

/** The list of devices. Each item is checked by itself, so that a bad one is quarantined and the rest runs. */
export function deviceSection(rules: Pick<DeviceRules, 'drivers' | 'transports'>): ConfigSection {
  const transport = Type.Object(
    {
      kind: oneOf(rules.transports, 'How the device is reached.'),
      host: Type.String({ description: 'Name or address of the device.', minLength: 1, maxLength: 253 }),
      port: Type.Optional(
        Type.Integer({ description: "TCP port. Default: the driver's.", minimum: 1, maximum: 65_535 }),
      ),
    },
    { description: 'Where the device is.', additionalProperties: false },
  );
  const device = Type.Object(
    {
      id: Type.String({
        description: 'Small letters, digits and single dashes; it names the device for ever.',
        pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
        maxLength: 64,
      }),
      name: Type.Optional(Type.String({ description: 'Name for people.', minLength: 1, maxLength: 64 })),
      driver: oneOf(rules.drivers, 'What kind of device it is.'),
      transport,
      unit: Type.Optional(
        // 0 is broadcast and 248 to 254 are reserved; 255 is "the device itself" over TCP
        // (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 4.4.2.1).
        Type.Integer({
          description: "Modbus unit: 1 to 247, or 255. Default: the driver's.",
          minimum: 1,
          maximum: 255,
          not: { minimum: 248, maximum: 254 },
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

/** An empty `enum` is not a schema: with nothing built in, the rules after the schema say so. */
function oneOf(values: readonly string[], description: string): TSchema {
  return values.length === 0 ? Type.String({ description }) : Type.Enum([...values], { description });
}
