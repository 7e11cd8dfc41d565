import type { GatewayProblem } from '../gateway-link/ask-gateway.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';
import { payloadBytesMax } from '../protocol/records.ts';

/** What a phone asks in a record: docs/provisioning-protocol.md, section 4. */
export interface SessionRequest {
  readonly id: number;
  readonly verb: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type JsonObject = Readonly<Record<string, unknown>>;

const verbLengthMax = 64;

/** Errors: ProtocolError (`malformed`) for what is no request, and for a number that has not risen. */
export function readRequest(payload: Uint8Array, lastId: number): SessionRequest {
  const { id, verb, input = {} } = jsonObjectOf(payload);
  if (!Number.isSafeInteger(id) || Number(id) <= lastId)
    throw malformed('a request whose number has not risen');
  if (typeof verb !== 'string' || verb.length > verbLengthMax) throw malformed('a request without a verb');
  if (!isObject(input)) throw malformed('a request whose input is no object');
  return { id: Number(id), verb, input };
}

/** The payload of an answer. One that no record holds loses the last of its networks, and is a problem if that does not do. */
export function answerPayload(id: number, answer: JsonObject): Uint8Array {
  const payload = encode({ id, answer });
  if (payload.length <= payloadBytesMax) return payload;
  const { networks } = answer;
  if (Array.isArray(networks) && networks.length > 0)
    return answerPayload(id, { ...answer, networks: networks.slice(0, -1) });
  return encode({
    id,
    problem: { code: 'answer_invalid', message: 'the answer is too long', hint: '', retryable: false },
  });
}

export function problemPayload(id: number, { code, message, hint, retryable }: GatewayProblem): Uint8Array {
  return encode({ id, problem: { code, message, hint, retryable } });
}

export function eventPayload(event: JsonObject): Uint8Array {
  return encode(event);
}

function jsonObjectOf(payload: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    if (isObject(value)) return value;
  } catch {
    // Told below: what it was is nobody's business.
  }
  throw malformed('a record that is no JSON object');
}

function encode(value: JsonObject): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(what: string): ProtocolError {
  return new ProtocolError('malformed', what);
}
