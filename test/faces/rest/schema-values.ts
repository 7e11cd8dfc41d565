import fc from 'fast-check';
import { typesOf, type JsonSchema } from '../../../gateway/faces/commands/json-schema.ts';

/** What schemas say besides what the faces read. */
interface Schema extends JsonSchema {
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const instants = ['24h', '5m', '0', '1767225600000', '2026-03-01T08:00:00Z', '2026-03-29T02:30:00+01:00', ''];
/** Values that lead further in than chance would, by the name of their property. */
const known: Readonly<Record<string, readonly unknown[]>> = {
  id: ['inverter', 'p1', 'influx', 'inverter/1', '..', 'ünï', '%00'],
  device: ['inverter', 'p1', 'p1/gas', 'none'],
  quantity: ['grid_power_w', 'battery_soc_pct', 'none_w'],
  control: ['battery_power', 'none'],
  from: instants,
  to: instants,
  kind: ['dsmr', 'modbus-tcp', 'none'],
};

/** Values that a schema takes, or nearly always takes: formats that only the code knows are guessed at. */
export function schemaValues(schema: Schema, name = ''): fc.Arbitrary<unknown> {
  const usual = known[name];
  const values = ownValues(schema);
  return usual === undefined ? values : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, values);
}

function ownValues(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => schemaValues(each)));
  const make = byType[typesOf(schema)[0] ?? ''];
  return make === undefined ? fc.jsonValue({ maxDepth: 3 }) : make(schema);
}

const byType: Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>> = {
  string: texts,
  boolean: () => fc.boolean(),
  integer: ({ minimum = -1e6, maximum = 1e6 }) =>
    fc.integer({ min: minimum, max: Math.max(minimum, Math.min(maximum, 1e9)) }),
  number: ({ minimum = -1e6, maximum = 1e6 }) => fc.double({ min: minimum, max: maximum, noNaN: true }),
  array: ({ items = {}, minItems = 0, maxItems = 5 }) =>
    fc.array(schemaValues(items), {
      minLength: minItems,
      maxLength: Math.max(minItems, Math.min(maxItems, 5)),
    }),
  object: objects,
};

function texts({ pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const any = fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 40) });
  if (pattern === undefined || /\(\?[=!<]|\\p/.test(pattern)) return any;
  return fc.stringMatching(new RegExp(pattern)).filter(({ length }) => length <= maxLength);
}

function objects({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, each]) => [name, schemaValues(each, name)] as const);
  const requiredKeys = required.filter((name) => properties[name]?.default === undefined);
  return fc.record<Record<string, unknown>, string>(Object.fromEntries(members), { requiredKeys });
}
