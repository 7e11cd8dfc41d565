import { typesOf, type JsonSchema } from '../commands/json-schema.ts';

/** What people would write for inputs of these names. */
const usual: Readonly<Record<string, unknown>> = {
  code: '7K3M-9QXC-41TZ-HW0E',
  control: 'battery_power',
  date: '2026-01-15',
  day: '2026-01-15',
  device: 'inverter-1',
  driver: 'sungrow-hybrid',
  from: '24h',
  host: '192.168.1.20',
  id: 'inverter-1',
  label: 'phone',
  quantity: 'grid_power_w',
  validFrom: '2026-02-01',
};

/**
 * An example of what a schema takes, as short as it can be: of objects only what must be given. A schema's own first
 * example goes before everything else.
 */
export function schemaExample(schema: JsonSchema, name = ''): unknown {
  const said = schema.examples?.[0] ?? schema.default ?? schema.enum?.[0];
  if (said !== undefined) return said;
  const [type] = typesOf(schema);
  if (type === 'object') return objectExample(schema);
  if (type === 'array') return listExample(schema, name);
  const first = schema.anyOf?.[0];
  return type === undefined && first !== undefined ? schemaExample(first, name) : scalarExample(schema, name);
}

function scalarExample(schema: JsonSchema, name: string): unknown {
  const [type] = typesOf(schema);
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  return type === 'boolean' ? true : (usual[name] ?? 'text');
}

function objectExample({ properties = {}, required = [] }: JsonSchema): unknown {
  return Object.fromEntries(required.map((name) => [name, schemaExample(properties[name] ?? {}, name)]));
}

function listExample({ items = {}, minItems = 1 }: JsonSchema, name: string): unknown {
  return Array.from({ length: Math.max(1, minItems) }, () => schemaExample(items, name));
}
