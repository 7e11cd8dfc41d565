import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../core/http.ts';
import { certificateForNow } from './certificate-for-now.ts';

/** Of an answer: those of the services that are asked have a few hundred bytes. */
const answerBytesMax = 65_536;
/** After these it may have got there all the same. */
const unclearCodes: ReadonlySet<string> = new Set([
  'answer_invalid',
  'connection_closed',
  'connection_timeout',
]);

/**
 * Sends what must not be sent twice. Errors: those of the client, with the fact `isUnclear` where the request may have
 * got there; for a certificate see certificate-for-now.ts.
 */
export async function askService(
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
    throw mayHaveArrived(error) ? unclear(error) : certificateForNow(error);
  }
}

function mayHaveArrived(error: unknown): error is GatewayError {
  return error instanceof GatewayError && unclearCodes.has(error.code) && error.facts['isSent'] !== false;
}

function unclear(error: GatewayError): GatewayError {
  const { code, message, hint, facts } = error;
  return new GatewayError(code, message, {
    ...(hint !== undefined && { hint }),
    facts: { ...facts, isUnclear: true },
    cause: error,
  });
}
