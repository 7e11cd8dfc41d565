import { GatewayError } from '../../core/errors.ts';
import { isMap } from '../../core/is-map.ts';

/** More of them than anybody has to say at once. */
const messagesMax = 256;

/**
 * The messages of `{"messages":[…]}`, one JSON text each; none where the body is empty. Errors: `uplink_unavailable`
 * for what no backend of ours says, such as a log-in page between.
 */
export function backendMessages(body: Uint8Array, host: string): readonly Uint8Array[] {
  if (body.length === 0) return [];
  const value = parseJson(new TextDecoder().decode(body));
  const messages = isMap(value) ? (value['messages'] ?? []) : undefined;
  if (!Array.isArray(messages) || messages.length > messagesMax) throw noBackend(host);
  const encoder = new TextEncoder();
  return messages.map((message) => encoder.encode(jsonOf(message, host)));
}

/** What was parsed may be too deep to be written again: the one does not recurse, the other does. */
function jsonOf(message: unknown, host: string): string {
  try {
    return JSON.stringify(message);
  } catch (cause) {
    throw noBackend(host, cause);
  }
}

function noBackend(host: string, cause?: unknown): GatewayError {
  const message = `${host} took the message, and answered what no backend says`;
  return new GatewayError('uplink_unavailable', message, {
    hint: 'something between may have answered, as a log-in page does; check the url',
    ...(cause !== undefined && { cause }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
