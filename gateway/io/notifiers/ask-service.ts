import type { HttpAnswer, HttpClient, HttpRequest } from '../../core/http.ts';
import { askOnce } from '../ask-once.ts';
import { certificateForNow } from './certificate-for-now.ts';

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
    return await askOnce(http, request, signal);
  } catch (error) {
    throw certificateForNow(error);
  }
}
