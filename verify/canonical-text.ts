import { isObject, type JsonValue } from './json-value.ts';

/**
 * The text that is hashed: RFC 8785. No spaces, names in the order of their UTF-16 units, numbers and strings as
 * ECMAScript writes them.
 */
export function canonicalText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}
