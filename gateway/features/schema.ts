import { Type, type Static, type TProperties, type TSchema, type TUnsafe } from 'typebox';

/**
 * What a number means, so that faces can show it: `epoch_ms` is an instant (UTC), `ms` a duration, `bytes`
 * a size, `ratio` a share from 0 to 1. The unit of a measured value stands in the property named by `unitIn`.
 */
export type NumberMeaning = 'epoch_ms' | 'ms' | 'bytes' | 'ratio';

/** The keywords that our schemas carry besides those of JSON Schema. */
export const schemaVocabulary = ['meaning', 'unitIn'] as const;

interface Described {
  readonly description?: string;
  readonly unitIn?: string;
}

/** An object without other properties. */
export function closed<const Properties extends TProperties>(
  properties: Properties,
): ReturnType<typeof Type.Object<Properties>> {
  return Type.Object(properties, { additionalProperties: false });
}

/** One of these texts. */
export function oneOf<const Values extends readonly string[]>(
  values: Values,
  options: { readonly description?: string; readonly default?: Values[number] } = {},
): TUnsafe<Values[number]> {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options });
}

/** One of these texts, or null where there is none. */
export function oneOfOrNull<const Values extends readonly string[]>(
  values: Values,
  options: { readonly description?: string } = {},
): TUnsafe<Values[number] | null> {
  return Type.Unsafe<Values[number] | null>({
    type: ['string', 'null'],
    enum: [...values, null],
    ...options,
  });
}

/** The schema's value, or null where there is none. For schemas with a plain `type`. */
export function nullable<Schema extends TSchema & { readonly type: string }>(
  schema: Schema,
): TUnsafe<Static<Schema> | null> {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });
}

/** UTC epoch milliseconds. */
export function instant(options: Described = {}): ReturnType<typeof Type.Number> {
  return Type.Number({ ...options, meaning: 'epoch_ms' satisfies NumberMeaning });
}

/** A duration in milliseconds. */
export function duration(options: Described = {}): ReturnType<typeof Type.Number> {
  return Type.Number({ ...options, meaning: 'ms' satisfies NumberMeaning });
}

export function byteCount(options: Described = {}): ReturnType<typeof Type.Number> {
  return Type.Number({ ...options, meaning: 'bytes' satisfies NumberMeaning });
}

/** A share from 0 to 1. */
export function ratio(options: Described = {}): ReturnType<typeof Type.Number> {
  return Type.Number({ ...options, meaning: 'ratio' satisfies NumberMeaning });
}
