import { GatewayError } from '../core/errors.ts';

/** Codes of the system for an address or a network that is silent. */
const silent: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/**
 * What went wrong between us and a server, as the contract of `HttpClient` names it. What is an operating error
 * already stays as it is. Neither the message nor the facts tell more of the URL than its host, nor of the answer
 * anything: the cause is left out where its text would.
 *
 * @param host of the URL, with its port
 */
export function httpFailure(error: unknown, host: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  const facts = { host, reason: code };
  if (silent.has(code))
    return new GatewayError('connection_timeout', `no connection to ${host}: ${code}`, {
      hint: 'check that it is on and reachable',
      facts,
    });
  if (code === 'ECONNREFUSED')
    return new GatewayError('connection_refused', `no connection to ${host}: ${code}`, {
      hint: 'check the port, and that its programming interface is switched on',
      facts,
    });
  if (/^(HPE_|Z_|ERR__ERROR_FORMAT|ERR_BROTLI|ERR_SSL|EPROTO)/.test(code))
    return new GatewayError('answer_invalid', `${host} does not answer in the form of HTTP: ${code}`, {
      hint: 'check the port, and whether it is http or https there',
      facts: { ...facts, where: 'answer' },
    });
  if (/^ERR_(INVALID_CHAR|UNESCAPED_CHARACTERS|HTTP_INVALID_HEADER_VALUE|INVALID_HTTP_TOKEN)$/.test(code))
    return new GatewayError(
      'config_invalid',
      `${host} cannot be asked: a header has a character that none may have`,
      {
        hint: 'check the token, key or password in its settings for line breaks and other odd characters',
        facts,
      },
    );
  return new GatewayError('connection_closed', `the connection to ${host} broke: ${code}`, { facts });
}

/** The signal has fired. */
export function httpTimeout(host: string): GatewayError {
  return new GatewayError('connection_timeout', `${host} did not answer in time`, {
    hint: 'check that it is on and reachable',
    facts: { host },
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown error';
}
