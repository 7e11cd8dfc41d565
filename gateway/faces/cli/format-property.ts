import { typesOf, type JsonSchema } from '../commands/json-schema.ts';
import { formatValue, nothing } from './format-value.ts';

export type Row = Readonly<Record<string, unknown>>;

/**
 * A property of an answer on one line. `holders` are the objects that it stands in, the innermost first: its
 * unit may stand in any of them.
 */
export function formatProperty(value: unknown, schema: JsonSchema = {}, holders: readonly Row[]): string {
  if (Array.isArray(value) && isObject(schema.items)) {
    return value.map((item) => formatObject(item as Row, schema.items, holders)).join('; ') || nothing;
  }
  if (isObject(schema) && value !== null) return formatObject(value as Row, schema, holders);
  return formatValue(value, schema, unitOf(schema, holders));
}

/** `stateSinceMs` is `state since`: the unit stands with the value. */
export function titleOf(name: string): string {
  return name
    .replace(/(Ms|Bytes)$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
}

/** Names of the properties that only say another one's unit. */
export function unitNames(schema: JsonSchema): ReadonlySet<string | undefined> {
  return new Set(Object.values(schema.properties ?? {}).map(({ unitIn }) => unitIn));
}

export function isObject(schema: JsonSchema | undefined): boolean {
  return schema?.properties !== undefined && typesOf(schema).includes('object');
}

/** `user, token:1, 1500 W, lease left 19.0 s`: a text or a value with its unit says what it is. */
function formatObject(row: Row, schema: JsonSchema = {}, around: readonly Row[]): string {
  const holders = [row, ...around];
  const units = unitNames(schema);
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !units.has(name) && row[name] !== undefined && row[name] !== null)
    .map(([name, property]) => {
      const text = formatProperty(row[name], property, holders);
      const isClear = typeof row[name] === 'string' || unitOf(property, holders) !== '';
      return isClear ? text : `${titleOf(name)} ${text}`;
    })
    .join(', ');
}

function unitOf({ unitIn }: JsonSchema, holders: readonly Row[]): string {
  if (unitIn === undefined) return '';
  const unit = holders.map((holder) => holder[unitIn]).find((value) => typeof value === 'string');
  return typeof unit === 'string' ? unit : '';
}
