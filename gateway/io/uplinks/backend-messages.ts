import { GatewayError } from '../../core/errors.ts';

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
  if (!Array.isArray(messages) || messages.length > messagesMax)
    throw new GatewayError(
      'uplink_unavailable',
      `${host} took the message, and answered what no backend says`,
      {
        hint: 'something between may have answered, as a log-in page does; check the url',
      },
    );
  const encoder = new TextEncoder();
  return messages.map((message) => encoder.encode(JSON.stringify(message)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
