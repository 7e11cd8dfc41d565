import { Type } from 'typebox';
import { durationPattern, parseDurationMs } from '../../core/duration.ts';
import type { ConfigSection } from '../../config/section.ts';

/** The configuration of the read proxy, in force. */
export interface ProxySettings {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  readonly clientsMax: number;
  readonly requestsPerSecondMax: number;
  readonly maxAgeMs: number;
  /** Device by Modbus unit; empty: the devices in their order, from 1. */
  readonly units: ReadonlyMap<number, string>;
}

export const proxySection: ConfigSection = {
  key: 'modbusProxy',
  schema: Type.Object(
    {
      enabled: Type.Boolean({ description: 'Serves the devices to other Modbus masters.', default: false }),
      host: Type.String({
        description: 'Address that it listens on. 0.0.0.0 opens it to the home network.',
        minLength: 1,
        maxLength: 253,
        default: '127.0.0.1',
      }),
      port: Type.Integer({
        description: 'TCP port; 0 takes any free one.',
        minimum: 0,
        maximum: 65_535,
        default: 1_502,
      }),
      clientsMax: Type.Integer({
        description: 'Connections that may be open at once.',
        minimum: 1,
        maximum: 64,
        default: 8,
      }),
      requestsPerSecondMax: Type.Integer({
        description: 'Requests that may go on to devices in a second; answers from memory do not count.',
        minimum: 1,
        maximum: 100,
        default: 5,
      }),
      maxAge: Type.String({
        description: 'Answers from memory are at most that old.',
        pattern: durationPattern,
        default: '10s',
      }),
      units: Type.Record(
        Type.String({ pattern: '^([1-9]|[1-9][0-9]|1[0-9]{2}|2[0-3][0-9]|24[0-7])$' }),
        Type.String({ minLength: 1, maxLength: 64 }),
        {
          description: 'Device by Modbus unit. Empty: the devices in their order, from unit 1.',
          additionalProperties: false,
          default: {},
        },
      ),
    },
    {
      description: 'Lets other Modbus masters read the devices through the gateway.',
      additionalProperties: false,
    },
  ),
};

/** Of a section that has passed the schema; off when there is none. */
export function proxySettings(section: unknown): ProxySettings | undefined {
  if (section === undefined) return undefined;
  const { maxAge, units, ...rest } = section as Omit<ProxySettings, 'maxAgeMs' | 'units'> & {
    readonly maxAge: string;
    readonly units: Readonly<Record<string, string>>;
  };
  return {
    ...rest,
    maxAgeMs: parseDurationMs(maxAge) ?? 0,
    units: new Map(Object.entries(units).map(([unit, device]) => [Number(unit), device])),
  };
}
