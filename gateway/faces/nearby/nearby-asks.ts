import { Type, type Static, type TSchema } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { closed, oneOf } from '../../features/schema.ts';
import { createSchemaChecks, type SchemaCheck } from '../commands/schema-check.ts';

const id = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const name = Type.String({ minLength: 1, maxLength: 64 });
/** A whole frame in base 64. */
const frame = Type.String({ maxLength: 128, pattern: '^[A-Za-z0-9+/]*={0,2}$' });

const schemas = {
  describe: closed({ id, ask: Type.Literal('describe') }),
  hello: closed({ id, ask: Type.Literal('hello'), frame }),
  proof: closed({ id, ask: Type.Literal('proof'), handshake: name, frame }),
  verb: closed({
    id,
    ask: Type.Literal('verb'),
    verb: name,
    input: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    ),
    way: oneOf(['session', 'improv', 'ancestor']),
    session: Type.Optional(name),
  }),
  end: closed({
    id,
    ask: Type.Literal('end'),
    session: Type.Optional(name),
    handshake: Type.Optional(name),
  }),
} as const satisfies Record<string, TSchema>;

/** What the radio asks: docs/provisioning-protocol.md, section 5. */
export type NearbyAsk = Static<(typeof schemas)[keyof typeof schemas]>;

/** Reads one line; `id` is that of a line that cannot be understood, so that its refusal can be told from others. */
export type AskReader = (line: Uint8Array) => NearbyAsk;

/** Errors of what it answers: `input_invalid`, `command_unknown`, with the fact `id` where there was one. */
export function createAskReader(): AskReader {
  const checkOf = createSchemaChecks();
  const checks = new Map<string, SchemaCheck>(
    Object.entries(schemas).map(([ask, schema]) => [ask, checkOf(schema)]),
  );
  return (line) => {
    const value = parsed(line);
    const { id: given, ask } = (value ?? {}) as { readonly id?: unknown; readonly ask?: unknown };
    const facts = { id: Number.isSafeInteger(given) ? Number(given) : 0 };
    const check = typeof ask === 'string' ? checks.get(ask) : undefined;
    if (check === undefined) {
      const known = [...checks.keys()].join(', ');
      throw new GatewayError('command_unknown', 'the radio asks what there is not', {
        hint: `ask is one of ${known}: see docs/provisioning-protocol.md`,
        facts,
      });
    }
    try {
      check(value);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      throw new GatewayError(error.code, error.message, { hint: error.hint ?? '', facts });
    }
    return value as NearbyAsk;
  };
}

/** The radio writes the number first, so that it is known of a line that is none. */
const idFirst = /^\{"id":(\d{1,15}),/;

function parsed(line: Uint8Array): unknown {
  try {
    return parseStrictJson(line);
  } catch (error) {
    const [, given] = idFirst.exec(Buffer.from(line.subarray(0, 32)).toString('latin1')) ?? [];
    if (!(error instanceof GatewayError) || given === undefined) throw error;
    throw new GatewayError(error.code, error.message, {
      hint: error.hint ?? '',
      facts: { id: Number(given) },
    });
  }
}
