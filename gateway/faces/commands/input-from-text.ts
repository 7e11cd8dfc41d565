import { GatewayError } from '../../core/errors.ts';
import { typesOf, type JsonSchema } from './json-schema.ts';

/**
 * Values that came as text (a query string, a path, the command line), in the types that the schema asks for.
 * What is not such a value stays text, and the schema refuses it with its own words. A list is separated by
 * commas, or given several times. Errors: `input_invalid` for a value given twice that is not a list.
 */
export function inputFromText(
  schema: JsonSchema,
  texts: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    const property = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    // defineProperty, because a plain assignment of __proto__ would not make a property.
    const value = property === undefined ? text : valueFromText(name, property, text);
    Object.defineProperty(input, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return input;
}

function valueFromText(name: string, schema: JsonSchema, text: string | readonly string[]): unknown {
  if (typesOf(schema).includes('array')) {
    const parts = (typeof text === 'string' ? [text] : text).flatMap((part) => part.split(','));
    return parts.map((part) => scalarFromText(schema.items ?? {}, part.trim()));
  }
  if (typeof text === 'string') return scalarFromText(schema, text);
  throw new GatewayError('input_invalid', `${name} is given more than once`, { hint: 'give it once' });
}

function scalarFromText(schema: JsonSchema, text: string): string | number | boolean {
  const types = typesOf(schema);
  const isNumeric = types.includes('number') || types.includes('integer');
  if (isNumeric && /^[+-]?[0-9]{1,17}(\.[0-9]{1,17})?$/.test(text)) return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === '1')) return true;
  if (types.includes('boolean') && (text === 'false' || text === '0')) return false;
  return text;
}
