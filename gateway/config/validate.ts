import type { ErrorObject, ValidateFunction } from 'ajv';
import { nearest } from '../core/nearest.ts';
import type { JsonSchema } from './assemble-schema.ts';
import { isMap } from '../core/is-map.ts';
import { pointerPath } from './path.ts';
import type { ConfigPath } from './path.ts';
import type { ConfigProblem } from './problem.ts';

/** What a problem says of its place: where it was written, and its value unless that is a secret. */
export interface ProblemPlaces {
  where(path: ConfigPath): string | undefined;
  show(path: ConfigPath, value: unknown): string;
}

/** Fills defaults into the root, in place, and lists everything that the schema does not allow. */
export type Validate = (root: Record<string, unknown>, places: ProblemPlaces) => readonly ConfigProblem[];

/** What was compiled before, by the text of its schema; kept by who checks often. */
export type CompiledSchemas = Map<string, Validate>;

/** Compiles the schema, unless that was done before. ajv is loaded when first needed. */
export async function createValidate(schema: JsonSchema, compiled?: CompiledSchemas): Promise<Validate> {
  const text = compiled === undefined ? '' : JSON.stringify(schema);
  const known = compiled?.get(text);
  if (known !== undefined) return known;
  const validate = await compile(schema);
  compiled?.set(text, validate);
  return validate;
}

async function compile(schema: JsonSchema): Promise<Validate> {
  const { Ajv } = await import('ajv');
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: true,
    verbose: true,
    discriminator: true,
  });
  const check: ValidateFunction = ajv.compile(schema);
  return (root, places) => {
    if (check(root)) return [];
    // Which kinds there are is said by the key itself.
    const errors = (check.errors ?? []).filter(({ keyword }) => keyword !== 'discriminator');
    return errors.map((error) => problemOf(error, root, places));
  };
}

function problemOf(error: ErrorObject, root: unknown, places: ProblemPlaces): ConfigProblem {
  const above = pointerPath(error.instancePath, root);
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    const path = [...above, key];
    return {
      path,
      where: places.where(path),
      message: 'is an unknown key',
      hint: unknownKeyHint(key, error),
    };
  }
  if (error.keyword === 'required' || error.keyword === 'dependencies') {
    const key = String(params['missingProperty']);
    const path = [...above, key];
    return { path, where: places.where(above), message: 'is missing', hint: missingKeyHint(key, error) };
  }
  const shown = places.show(above, error.data);
  return {
    path: above,
    where: places.where(above),
    message: `${requirement(error)}, not ${shown}`,
    hint: valueHint(error),
  };
}

/** ajv's words are right for people in all but these. */
function requirement(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
  if (error.keyword === 'type')
    return `must be ${typeNames[String(params['type'])] ?? String(params['type'])}`;
  if (error.keyword === 'pattern') return 'must have the right form';
  if (error.keyword === 'not') return 'must be an allowed value';
  return error.message ?? 'must be an allowed value';
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
};

function valueHint(error: ErrorObject): string {
  const { allowedValues } = error.params as { readonly allowedValues?: readonly unknown[] };
  if (allowedValues !== undefined && typeof error.data === 'string') {
    const guess = nearest(error.data, allowedValues.map(String));
    if (guess !== undefined) return `did you mean ${JSON.stringify(guess)}?`;
  }
  return descriptionOf(error.parentSchema) ?? 'see docs/configuration.md';
}

function unknownKeyHint(key: string, error: ErrorObject): string {
  const known = Object.keys(propertiesOf(error));
  if (key === '<<') return 'merge keys are not supported; write the keys out';
  const described = descriptionOf(error.parentSchema);
  if (known.length === 0 && described !== undefined) return described;
  const guess = nearest(key, known);
  return guess === undefined
    ? `known keys are ${known.join(', ')}`
    : `did you mean ${JSON.stringify(guess)}?`;
}

function missingKeyHint(key: string, error: ErrorObject): string {
  const description = descriptionOf(propertiesOf(error)[key]);
  return description === undefined ? 'add it' : `add it: ${description}`;
}

function propertiesOf(error: ErrorObject): Readonly<Record<string, unknown>> {
  const properties: unknown = error.parentSchema?.['properties'];
  return isMap(properties) ? properties : {};
}

/** A schema's description as part of a line: without its full stop. */
function descriptionOf(schema: unknown): string | undefined {
  const description = isMap(schema) ? schema['description'] : undefined;
  return typeof description === 'string' ? description.replace(/\.$/, '') : undefined;
}
