import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { GatewayError } from '../core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../core/http.ts';
import type { Reach } from '../core/network.ts';
import { HttpAgents, type HttpTarget, type TargetedOptions } from './http-agents.ts';
import { acceptedEncodings, readHttpBody } from './http-body.ts';
import { httpFailure, httpTimeout } from './http-failure.ts';
import type { NameResolver } from './resolver.ts';

export interface RealHttpOptions {
  readonly resolver: NameResolver;
  /** Says why an address of a host must not be connected to; asked for each, after its name was resolved. */
  readonly refuseAddress: (address: string, reach: Reach, host: string) => GatewayError | undefined;
}

export interface RealHttp extends HttpClient {
  /** Ends the connections that are kept, and what is under way on them. */
  close(): void;
}

const bytesMaxDefault = 1_048_576;
const headerBytesMax = 16_384;

/**
 * HTTP over the machine's network. Connections are kept and used again; where a server closes one just then, a GET is
 * sent once more. How many are open at once is the lanes' to say.
 */
export function createRealHttp({ resolver, refuseAddress }: RealHttpOptions): RealHttp {
  const agents = new HttpAgents();

  async function request(asked: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const url = urlOf(asked);
    const hostName = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const base = {
      hostName,
      host: url.host,
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      isSecure: url.protocol === 'https:',
      tls: asked.tls,
      signal,
    };
    let failure: GatewayError | undefined;
    for (const address of await resolver.resolve(hostName, signal)) {
      const forbidden = refuseAddress(address, asked.reach, hostName);
      if (forbidden !== undefined) {
        failure ??= forbidden;
        continue;
      }
      try {
        return await exchange(asked, url, { ...base, address });
      } catch (error) {
        failure = httpFailure(error, url.host);
        if (isOfTheAddress(failure)) resolver.distrust?.(hostName);
        if (signal.aborted || !isOfTheAddress(failure)) throw failure;
      }
    }
    throw failure ?? new GatewayError('host_unresolved', `the name ${hostName} has no address`);
  }

  async function exchange(asked: HttpRequest, url: URL, target: HttpTarget): Promise<HttpAnswer> {
    const first = send(asked, url, target);
    try {
      return await answerOf(first, asked, target);
    } catch (error) {
      const isStale = first.reusedSocket && (asked.method ?? 'GET') === 'GET' && !target.signal.aborted;
      if (!isStale || httpFailure(error, target.host).code !== 'connection_closed') throw error;
    }
    return await answerOf(send(asked, url, target), asked, target);
  }

  function send(asked: HttpRequest, url: URL, target: HttpTarget): ClientRequest {
    const options: TargetedOptions = {
      method: asked.method ?? 'GET',
      host: target.address,
      port: target.port,
      path: `${url.pathname}${url.search}`,
      headers: {
        'accept-encoding': acceptedEncodings,
        ...Object.fromEntries(
          Object.entries(asked.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
        ),
        host: target.host,
      },
      agent: agents.agentFor(target),
      maxHeaderSize: headerBytesMax,
      target,
    };
    try {
      return (target.isSecure ? requestTls : requestPlain)(options);
    } catch (error) {
      throw httpFailure(error, target.host);
    }
  }

  return { request, close: () => agents.close() };
}

async function answerOf(
  sent: ClientRequest,
  asked: HttpRequest,
  { signal, host }: HttpTarget,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const giveUp = (): void => reject(httpTimeout(host));
  // It stays: what breaks after the answer has nobody to go to, and must not end the process.
  sent.on('error', (error) => reject(httpFailure(error, host)));
  let isAnswered = false;
  const seen = new Set<'connection'>();
  sent.once('socket', () => seen.add('connection'));
  sent.on('response', (answer) => {
    isAnswered = true;
    readHttpBody(answer, asked.bytesMax ?? bytesMaxDefault).then(
      (body) => resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), body }),
      (error: unknown) => reject(httpFailure(error, host)),
    );
  });
  sent.on('close', () => {
    if (!isAnswered) reject(httpFailure(undefined, host));
  });
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  else sent.end(asked.body);
  try {
    return await promise;
  } catch (error) {
    sent.destroy();
    throw seen.has('connection') ? error : unsent(error);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** For who must not ask for the same twice. */
function unsent(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const { code, message, hint, facts, cause } = error;
  return new GatewayError(code, message, {
    ...(hint !== undefined && { hint }),
    facts: { ...facts, isSent: false },
    cause,
  });
}

function headersOf(answer: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(answer.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
  );
}

/** Another address of the name may do better. */
function isOfTheAddress({ code }: GatewayError): boolean {
  return code === 'connection_refused' || code === 'connection_timeout';
}

function urlOf({ url }: HttpRequest): URL {
  const parsed = URL.parse(url);
  const isUsable =
    parsed !== null &&
    (parsed.protocol === 'http:' || parsed.protocol === 'https:') &&
    parsed.username === '' &&
    parsed.password === '';
  if (isUsable) return parsed;
  // Not repeated: what it is may be a secret.
  throw new GatewayError(
    'config_invalid',
    'an address to ask is no URL with http or https and a host, without a password',
    {
      hint: 'write it as http://192.168.1.20 and give a password in its own setting',
      facts: { where: 'url' },
    },
  );
}
