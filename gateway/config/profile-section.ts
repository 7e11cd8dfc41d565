import { Type } from 'typebox';
import { quantityNames } from '../core/quantity.ts';
import type { SerialSettings } from '../core/serial-lines.ts';
import { serialSettingValues } from './serial-setting-values.ts';
import type { ConfigSection } from './section.ts';

const tables = ['holding', 'input'] as const;
const encodings = ['u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64'] as const;
const wordOrders = ['big', 'little'] as const;

/** Where a text, or a number, stands. */
export interface ProfileRegister {
  readonly table: (typeof tables)[number];
  readonly address: number;
  /** Of a text: registers of two characters. */
  readonly count?: number;
  /** Of a number. */
  readonly encoding?: (typeof encodings)[number];
}

export interface ProfileField extends Required<Pick<ProfileRegister, 'table' | 'address' | 'encoding'>> {
  readonly name: string;
  readonly wordOrder?: (typeof wordOrders)[number];
  readonly scale?: number;
  readonly scaleRegister?: number;
  readonly offset?: number;
  readonly notAvailable?: readonly number[];
  readonly min?: number;
  readonly max?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A device type that its owner describes: read like any other, never written to. */
export interface DriverProfile {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly wordOrder: (typeof wordOrders)[number];
  readonly unit: number;
  readonly port: number;
  readonly serialLine?: SerialSettings;
  readonly limits: {
    readonly registersMax: number;
    readonly responseMsMax: number;
    readonly requestGapMs: number;
    readonly connectDelayMs: number;
    readonly requestTimeoutMs: number;
  };
  readonly fields: readonly ProfileField[];
  readonly serialNumber?: ProfileRegister;
  readonly forbidden?: readonly {
    readonly table: (typeof tables)[number];
    readonly first: number;
    readonly last: number;
  }[];
}

const address = Type.Integer({
  description:
    'Zero-based, as it goes over the wire: 0 to 65535; many manuals print it plus 1, or plus 40001.',
  minimum: 0,
  maximum: 65_535,
});
const table = Type.Enum([...tables], { description: 'holding: read by function 3; input: by function 4.' });
const encoding = Type.Enum([...encodings], { description: 'The type of the register’s value.' });
const milliseconds = (
  description: string,
  [least, most, usual]: readonly [number, number, number],
): ReturnType<typeof Type.Integer> =>
  Type.Integer({ description, minimum: least, maximum: most, default: usual });

const field = Type.Object(
  {
    name: Type.Enum([...quantityNames], { description: 'The quantity that it measures.' }),
    table,
    address,
    encoding,
    wordOrder: Type.Optional(
      Type.Enum([...wordOrders], { description: 'Where this value differs from the others.' }),
    ),
    scale: Type.Optional(
      Type.Number({
        description: 'value = raw × scale + offset; negative where the device’s sign is not the house’s.',
      }),
    ),
    scaleRegister: Type.Optional(address),
    offset: Type.Optional(Type.Number({ description: 'Added after scaling.' })),
    notAvailable: Type.Optional(
      Type.Array(Type.Integer({ description: 'A raw value.' }), {
        description: 'Raw values that mean that there is none.',
        maxItems: 16,
      }),
    ),
    min: Type.Optional(Type.Number({ description: 'Below it the value is not believed.' })),
    max: Type.Optional(Type.Number({ description: 'Above it the value is not believed.' })),
    labels: Type.Optional(
      Type.Record(Type.String({ pattern: '^[0-9]{1,10}$' }), Type.String({ maxLength: 64 }), {
        description: 'What the values of a code mean.',
      }),
    ),
  },
  { description: 'One value.', additionalProperties: false },
);
const serialNumber = Type.Object(
  {
    table,
    address,
    count: Type.Optional(
      Type.Integer({ description: 'Of a text: registers, 1 to 125.', minimum: 1, maximum: 125 }),
    ),
    encoding: Type.Optional(encoding),
  },
  {
    description: 'What identifies the device: a text (count) or a number (encoding).',
    additionalProperties: false,
  },
);
const limits = Type.Object(
  {
    registersMax: Type.Integer({
      description: 'Registers in one request, 1 to 125.',
      minimum: 1,
      maximum: 125,
      default: 100,
    }),
    responseMsMax: milliseconds('Longest answer of the healthy device.', [1, 30_000, 500]),
    requestGapMs: milliseconds('Silence between an answer and the next request.', [0, 5_000, 0]),
    connectDelayMs: milliseconds('Wait between a connection and its first request.', [0, 10_000, 0]),
    requestTimeoutMs: milliseconds('A request is given up after this.', [50, 30_000, 3_000]),
  },
  { description: 'How the device wants to be asked.', additionalProperties: false, default: {} },
);
const profile = Type.Object(
  {
    id: Type.String({
      description: 'What devices name as their driver; small letters, digits and single dashes.',
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      maxLength: 64,
    }),
    title: Type.String({ description: 'Maker and family, for people.', minLength: 1, maxLength: 100 }),
    source: Type.String({ description: 'The manual that it is from.', maxLength: 500, default: '' }),
    wordOrder: Type.Enum([...wordOrders], {
      description: 'Which word of a long value comes first: big is high word first.',
      default: 'big',
    }),
    unit: Type.Integer({ description: 'Its usual unit, 1 to 247.', minimum: 1, maximum: 247, default: 1 }),
    port: Type.Integer({ description: 'Its usual TCP port.', minimum: 1, maximum: 65_535, default: 502 }),
    serialLine: Type.Optional(
      Type.Object(
        {
          baudRate: Type.Enum([...serialSettingValues.baudRate], { description: 'Bits a second.' }),
          parity: Type.Enum([...serialSettingValues.parity], { description: 'Parity bit.' }),
          stopBits: Type.Enum([...serialSettingValues.stopBits], { description: 'Stop bits.' }),
        },
        { description: 'Its usual serial settings.', additionalProperties: false },
      ),
    ),
    limits,
    fields: Type.Array(field, { description: 'Its values.', minItems: 1, maxItems: 200 }),
    serialNumber: Type.Optional(serialNumber),
    forbidden: Type.Optional(
      Type.Array(
        Type.Object(
          { table, first: address, last: address },
          { description: 'From first to last.', additionalProperties: false },
        ),
        { description: 'Addresses that must not be read, nor read across.', maxItems: 200 },
      ),
    ),
  },
  { description: 'A device type.', additionalProperties: false },
);

/** Device types that are not built in. Each item is checked by itself: a bad one costs its own devices only. */
export const profileSection: ConfigSection = {
  key: 'profiles',
  schema: Type.Array(profile, {
    description: 'Device types that are not built in.',
    maxItems: 100,
    default: [],
  }),
};
