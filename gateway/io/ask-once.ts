import { GatewayError } from '../core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../core/http.ts';

/** Of an answer: those of the services that are told something have a few hundred bytes. */
const answerBytesMax = 65_536;
/** After these it may have got there all the same. */
const unclearCodes: ReadonlySet<string> = new Set([
  'answer_invalid',
  'connection_closed',
  'connection_timeout',
]);

/**
 * Sends what must not be sent twice. Errors: those of the client, with the fact `isUnclear` where the request may have
 * got there.
 */
export async function askOnce(
  http: HttpClient,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  try {
    return await http.request(
      {
        bytesMax: answerBytesMax,
        ...request,
        // One that is kept may be closed by the other side just then, and nobody knows whether it had read.
        headers: { ...request.headers, connection: 'close' },
      },
      signal,
    );
  } catch (error) {
    throw mayHaveArrived(error) ? unclear(error, error) : error;
  }
}

function mayHaveArrived(error: unknown): error is GatewayError {
  return error instanceof GatewayError && unclearCodes.has(error.code) && error.facts['isSent'] !== false;
}

/** The same, with the fact `isUnclear`: what was asked for may have been done. */
export function unclear({ code, message, hint, facts }: GatewayError, cause?: unknown): GatewayError {
  return new GatewayError(code, message, {
    ...(hint !== undefined && { hint }),
    facts: { ...facts, isUnclear: true },
    cause,
  });
}
