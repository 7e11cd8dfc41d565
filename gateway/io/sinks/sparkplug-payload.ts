import type * as Protobuf from 'protobufjs';
import { GatewayError } from '../../core/errors.ts';

/** Sparkplug B 3.0, 6.4.16: what a value is. */
export const sparkplugTypes = { int32: 3, int64: 4, double: 10, boolean: 11, string: 12 } as const;

/** A metric of a payload, under the names of the schema (6.4.1); what is absent is not written. */
export interface SparkplugMetric {
  readonly name?: string;
  readonly alias?: number;
  /** UTC epoch ms. */
  readonly timestamp?: number;
  readonly datatype?: number;
  readonly isHistorical?: boolean;
  readonly isNull?: boolean;
  readonly properties?: SparkplugProperties;
  readonly longValue?: number;
  readonly doubleValue?: number;
  readonly booleanValue?: boolean;
  readonly stringValue?: string;
}

/** As many keys as values. */
export interface SparkplugProperties {
  readonly keys: readonly string[];
  readonly values: readonly {
    readonly type: number;
    readonly intValue?: number;
    readonly stringValue?: string;
  }[];
}

export interface SparkplugPayload {
  /** UTC epoch ms, of the sending. */
  readonly timestamp: number;
  readonly metrics: readonly SparkplugMetric[];
  readonly seq?: number;
}

/** Writes and reads payloads. */
export interface SparkplugCodec {
  encode(payload: SparkplugPayload): Uint8Array;
  /** undefined: these bytes are no payload. */
  decode(bytes: Uint8Array): SparkplugPayload | undefined;
}

const field = (id: number, type: string): { id: number; type: string } => ({ id, type });
const list = (id: number, type: string): { id: number; type: string; rule: string } => ({
  id,
  type,
  rule: 'repeated',
});

/** Zeros are written. */
const edition = 'proto2';
/** Of sparkplug_b.proto (proto2, org.eclipse.tahu.protobuf): what we write, and what a command may hold. */
const schema = {
  nested: {
    PropertyValue: {
      edition,
      fields: { type: field(1, 'uint32'), intValue: field(3, 'uint32'), stringValue: field(8, 'string') },
    },
    PropertySet: { edition, fields: { keys: list(1, 'string'), values: list(2, 'PropertyValue') } },
    Metric: {
      edition,
      oneofs: { value: { oneof: ['longValue', 'doubleValue', 'booleanValue', 'stringValue'] } },
      fields: {
        name: field(1, 'string'),
        alias: field(2, 'uint64'),
        timestamp: field(3, 'uint64'),
        datatype: field(4, 'uint32'),
        isHistorical: field(5, 'bool'),
        isNull: field(7, 'bool'),
        properties: field(9, 'PropertySet'),
        longValue: field(11, 'uint64'),
        doubleValue: field(13, 'double'),
        booleanValue: field(14, 'bool'),
        stringValue: field(15, 'string'),
      },
    },
    Payload: {
      edition,
      fields: { timestamp: field(1, 'uint64'), metrics: list(2, 'Metric'), seq: field(3, 'uint64') },
    },
  },
};

/** Errors: `config_invalid` where the package is not installed. */
export async function loadSparkplugCodec(): Promise<SparkplugCodec> {
  const { default: protobuf } = await loadLibrary();
  const type = protobuf.Root.fromJSON(schema).lookupType('Payload');
  return {
    encode: (payload) => type.encode(payload).finish(),
    decode: (bytes) => {
      try {
        return type.toObject(type.decode(bytes), { longs: Number }) as SparkplugPayload;
      } catch {
        return undefined;
      }
    },
  };
}

async function loadLibrary(): Promise<{ readonly default: typeof Protobuf }> {
  try {
    return (await import('protobufjs/light.js')) as unknown as { readonly default: typeof Protobuf };
  } catch (cause) {
    throw new GatewayError('config_invalid', 'Sparkplug B is not installed with this gateway', {
      hint: 'install the package protobufjs, or leave out the sink',
      cause,
    });
  }
}
