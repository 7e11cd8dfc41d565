import type { TSchema } from 'typebox';

/** A schema as the faces read it: the plain JSON schema that TypeBox makes, with our own keywords. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly minItems?: number;
  readonly meaning?: string;
  readonly unitIn?: string;
}

export function jsonSchemaOf(schema: TSchema): JsonSchema {
  return schema;
}

/** Its types without `null`; empty when it does not say. */
export function typesOf(schema: JsonSchema): readonly string[] {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.filter((type) => type !== 'null');
}
