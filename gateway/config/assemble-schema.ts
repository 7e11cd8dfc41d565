import assert from 'node:assert';
import { isMap } from '../core/is-map.ts';
import type { ConfigSection } from './section.ts';

/** A JSON schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The schema of the whole file (draft 7), from its sections. A section that needs nothing said is filled with
 * its own defaults when it is absent.
 */
export function assembleSchema(sections: readonly ConfigSection[]): JsonSchema {
  const properties: Record<string, unknown> = {};
  for (const { key, schema } of sections) {
    assert(!Object.hasOwn(properties, key), `two sections of the configuration are named ${key}`);
    properties[key] = withDefault(structuredClone(schema) as Record<string, unknown>);
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'eGW configuration',
    type: 'object',
    additionalProperties: false,
    properties,
  };
}

function withDefault(schema: Record<string, unknown>): Record<string, unknown> {
  if (schema['type'] !== 'object' || 'default' in schema) return schema;
  const properties = isMap(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly string[]) : [];
  const complete = required.every((key) => isMap(properties[key]) && 'default' in properties[key]);
  return complete ? { ...schema, default: {} } : schema;
}
