import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultDataDirectory } from '../../core/data-directory.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Environment } from './cli-run.ts';
import { readClientKey, type Challenge, type ClientKey } from './client-key.ts';
import { parseFingerprint, pinnedConnection } from './pinned-connection.ts';

export interface ClientRequestParts {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Longest silence until the answer; some seconds when absent. */
  readonly answerMsMax?: number;
}

export interface ClientAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The gateway, reached over its socket or its URL. Errors: `gateway_unreachable forbidden input_invalid`. */
export interface GatewayClient {
  /** Whether it is reached over the socket of its owner, and so is on this machine. */
  readonly isOwners: boolean;
  ask(request: ClientRequestParts): Promise<ClientAnswer>;
  /**
   * The answer's text as it comes, no faster than it is taken. Ends when the gateway ends it, or silently when the
   * signal fires.
   */
  stream(
    request: Pick<ClientRequestParts, 'path' | 'answerMsMax'>,
    signal: AbortSignal,
  ): AsyncGenerator<string, ClientAnswer | undefined>;
}

interface Target {
  readonly label: string;
  readonly open: (options: RequestOptions) => ClientRequest;
  readonly headers: Readonly<Record<string, string>>;
  /** Signs every request. */
  readonly key?: ClientKey;
}

/** Longer than any answer takes, and than three heartbeats of a stream. */
const silenceMsMax = 20_000;

/** Those of every verb, as they were given. */
export type ClientOptions = Readonly<
  Partial<Record<'url' | 'token' | 'key' | 'fingerprint', string | undefined>>
>;

/** Options win over EGW_URL, EGW_TOKEN, EGW_KEY and EGW_FINGERPRINT; without a URL it is the socket in the data directory. */
export function createGatewayClient(options: ClientOptions, environment: Environment): GatewayClient {
  const given = (name: keyof ClientOptions): string | undefined =>
    (options[name] ?? environment[`EGW_${name.toUpperCase()}`]) || undefined;
  const url = given('url');
  const target = url === undefined ? socketTarget(environment) : urlTarget(url, given);
  return {
    isOwners: url === undefined,
    ask: async (request) => {
      const response = await send(target, request);
      return { status: response.statusCode ?? 0, body: parseBody(target, await readAll(target, response)) };
    },
    stream: async function* (request, signal) {
      let response: IncomingMessage | undefined;
      try {
        response = await send(target, { method: 'GET', ...request }, signal);
        if (response.statusCode !== 200) {
          return {
            status: response.statusCode ?? 0,
            body: parseBody(target, await readAll(target, response)),
          };
        }
        response.setEncoding('utf8');
        for await (const text of response) yield text as string;
      } catch (error) {
        if (signal.aborted) return undefined;
        if (error instanceof GatewayError) throw error;
        throw response === undefined ? unreachable(target, error) : broken(target, error);
      }
      return undefined;
    },
  };
}

/** Of the gateway there; where none runs, of the demo home, which keeps its data apart. */
function socketTarget(environment: Environment): Target {
  const given = environment['EGW_DATA_DIR'] ?? '';
  const directory = given === '' ? defaultDataDirectory(environment) : given;
  const [own, demo] = [join(directory, 'egw.sock'), join(directory, 'demo', 'egw.sock')];
  const socketPath = existsSync(own) || !existsSync(demo) ? own : demo;
  return { label: socketPath, open: (options) => httpRequest({ ...options, socketPath }), headers: {} };
}

function urlTarget(
  text: string,
  given: (name: 'token' | 'key' | 'fingerprint') => string | undefined,
): Target {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new GatewayError('input_invalid', `${JSON.stringify(text)} is not the address of a gateway`, {
      hint: 'give one such as http://192.168.1.10:8080',
    });
  }
  const isSecure = url.protocol === 'https:';
  const [token, key, fingerprint] = [given('token'), given('key'), given('fingerprint')];
  if (fingerprint !== undefined && !isSecure) {
    throw new GatewayError('input_invalid', 'a fingerprint is of a certificate, and http:// shows none', {
      hint: 'give the https:// address',
    });
  }
  const { hostname, port } = url;
  const place = { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), ...(port === '' ? {} : { port }) };
  const pinned =
    fingerprint === undefined
      ? {}
      : { agent: undefined, createConnection: pinnedConnection(parseFingerprint(fingerprint)) };
  const open = isSecure ? httpsRequest : httpRequest;
  return {
    label: url.origin,
    open: (options) => open({ ...options, ...place, ...pinned }),
    // Who has a key and a token signs.
    headers: token === undefined || key !== undefined ? {} : { authorization: `Bearer ${token}` },
    ...(key !== undefined && { key: readClientKey(key) }),
  };
}

async function send(
  target: Target,
  parts: ClientRequestParts,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const body = parts.body === undefined ? undefined : JSON.stringify(parts.body);
  const { key, ...plain } = target;
  if (key === undefined) return await sendOnce(target, { ...parts, body }, signal);
  const answer = await sendOnce(plain, { method: 'GET', path: '/api/v1/auth/challenge' }, signal);
  const challenge = parseBody(target, await readAll(target, answer));
  if (answer.statusCode !== 200) throw noChallenge(target, answer.statusCode ?? 0);
  const signed = key.headersFor({ ...parts, body }, challenge as Challenge);
  return await sendOnce({ ...target, headers: signed }, { ...parts, body }, signal);
}

/** The body is text already. */
async function sendOnce(
  target: Target,
  parts: Omit<ClientRequestParts, 'body'> & { readonly body?: string | undefined },
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, path, body } = parts;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const request = target.open({
    method,
    path,
    agent: false,
    timeout: parts.answerMsMax ?? silenceMsMax,
    headers: { ...target.headers, ...type, accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  });
  request.once('response', resolve);
  request.once('timeout', () => request.destroy(unreachable(target, { code: 'ETIMEDOUT' })));
  request.on('error', reject);
  request.end(body);
  try {
    return await promise;
  } catch (error) {
    throw error instanceof GatewayError ? error : unreachable(target, error);
  }
}

async function readAll(target: Target, response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  try {
    for await (const part of response) text += part as string;
  } catch (error) {
    throw unreachable(target, error);
  }
  return text;
}

function parseBody(target: Target, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('gateway_unreachable', `what answers on ${target.label} is not an eGW`, {
      hint: 'check the address',
      cause,
    });
  }
}

function noChallenge({ label }: Target, status: number): GatewayError {
  return new GatewayError('gateway_unreachable', `${label} gave no challenge to sign (HTTP ${status})`, {
    hint: status === 404 ? 'what answers there is no eGW that takes keys' : 'ask again in half a minute',
  });
}

function broken({ label }: Target, cause: unknown): GatewayError {
  return new GatewayError('gateway_unreachable', `the answer of ${label} broke off`, {
    hint: 'what came is not whole: see whether the gateway runs, and ask again',
    cause,
  });
}

function unreachable({ label }: Target, cause: unknown): GatewayError {
  const { code } = cause as { code?: string };
  if (code === 'EACCES' || code === 'EPERM') {
    return new GatewayError('forbidden', `${label} belongs to somebody else`, {
      hint: 'be the user who runs the gateway, or use --url and --token',
      cause,
    });
  }
  return new GatewayError(
    'gateway_unreachable',
    `no gateway answers on ${label}${code === undefined ? '' : ` (${code})`}`,
    {
      hint: 'start it with: egw start; EGW_DATA_DIR or --url say where it is',
      cause,
    },
  );
}
