import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { schemaVocabulary } from '../../features/schema.ts';
import { jsonSchemaOf, type JsonSchema } from './json-schema.ts';
import { suggestName } from '../../core/nearest.ts';

/** Checks a value in place: absent properties get the schema's defaults. Throws what is wrong with it. */
export type SchemaCheck = (value: unknown) => void;

/**
 * Compiles checks on first use. Values are never coerced here. Errors: `input_invalid`, naming the property,
 * and for a property that does not exist the nearest that does.
 */
export function createSchemaChecks(): (schema: TSchema) => SchemaCheck {
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    useDefaults: true,
    keywords: [...schemaVocabulary],
  });
  const compiled = new Map<TSchema, ValidateFunction>();
  return (schema) => (value) => {
    const known = compiled.get(schema);
    const validate = known ?? ajv.compile(schema);
    if (known === undefined) compiled.set(schema, validate);
    if (validate(value)) return;
    throw refusal(validate.errors?.[0], jsonSchemaOf(schema));
  };
}

function refusal(error: ErrorObject | undefined, schema: JsonSchema): GatewayError {
  const path = error?.instancePath ?? '';
  const place = placeOf(path);
  const subject = schemaAt(schema, path) ?? {};
  if (error?.keyword === 'additionalProperties') {
    return unknownProperty(String(error.params['additionalProperty']), place, subject);
  }
  if (error?.keyword === 'required')
    return missingProperty(String(error.params['missingProperty']), place, subject);
  const name = place === '' ? 'the input' : place;
  const hint = subject.description === undefined ? {} : { hint: `${name}: ${subject.description}` };
  return new GatewayError('input_invalid', `${name} ${describe(error)}`, {
    ...hint,
    facts: { property: place },
  });
}

function unknownProperty(name: string, place: string, subject: JsonSchema): GatewayError {
  const where = place === '' ? '' : ` in ${place}`;
  return new GatewayError(
    'input_invalid',
    `there is no property ${JSON.stringify(name.slice(0, 80))}${where}`,
    {
      hint: suggestName(name, Object.keys(subject.properties ?? {})),
      facts: { property: place },
    },
  );
}

function missingProperty(name: string, place: string, subject: JsonSchema): GatewayError {
  const property = place === '' ? name : `${place}.${name}`;
  return new GatewayError('input_invalid', `${property} is missing`, {
    hint: subject.properties?.[name]?.description ?? 'give it a value',
    facts: { property },
  });
}

function describe(error: ErrorObject | undefined): string {
  if (error?.keyword === 'enum') {
    return `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`;
  }
  return error?.message ?? 'is not valid';
}

/** `/scope/0` as people write it: `scope[0]`. */
function placeOf(instancePath: string): string {
  return instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
}

function schemaAt(schema: JsonSchema, instancePath: string): JsonSchema | undefined {
  let at: JsonSchema | undefined = schema;
  for (const part of instancePath.split('/').slice(1)) at = at?.properties?.[part] ?? at?.items;
  return at;
}
