import { Type, type Static } from 'typebox';
import type { JsonValue } from '../../../core/canonical-json.ts';
import { closed } from '../../schema.ts';

const anything = Type.Unsafe<JsonValue>({});

/** A request of the earlier gateway's backend to its REST interface, as the input of `srcful.request`. */
export const restRequest = closed({
  method: Type.String({ minLength: 1, maxLength: 16 }),
  path: Type.String({ minLength: 1, maxLength: 2_048, description: 'with or without a query' }),
  query: Type.Optional(
    Type.Unsafe<Readonly<Record<string, string | number | boolean>> | null>({
      type: ['object', 'null'],
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    }),
  ),
  body: Type.Optional(Type.Unsafe<Readonly<Record<string, unknown>> | null>({ type: ['object', 'null'] })),
  headers: Type.Optional(anything),
  timestamp: Type.Number({ description: 'when it was sent, in seconds since 1970' }),
  id: Type.Optional(anything),
});

export type RestRequest = Static<typeof restRequest>;
