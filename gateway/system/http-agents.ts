import { Agent as PlainAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as TlsAgent, type RequestOptions } from 'node:https';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  checkServerIdentity,
  connect as connectTls,
  type ConnectionOptions,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { GatewayError } from '../core/errors.ts';
import type { HttpTls } from '../core/http.ts';
import { httpFailure, httpTimeout } from './http-failure.ts';

/** Where one request's connection goes, besides what node:http knows of it. */
export interface HttpTarget {
  /** Of the URL: what the certificate must be for unless the request says otherwise. */
  readonly hostName: string;
  /** With the port, for errors. */
  readonly host: string;
  /** Judged, and connected to as it is: no second look-up. */
  readonly address: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly tls: HttpTls | undefined;
  readonly signal: AbortSignal;
}

/** As node:http hands it back to the agent when a socket is needed. */
export interface TargetedOptions extends ClientRequestArgs {
  readonly target: HttpTarget;
}

type OnSocket = (error: Error | null, socket: Duplex) => void;

/** How many are open at once is the lanes' to say: node:http would make a waiting request's socket by another's target. */
const agentOptions: AgentOptions = {
  keepAlive: true,
  maxFreeSockets: 4,
  // Of a socket that nobody uses.
  timeout: 15_000,
};
/** Ways to judge a certificate whose connections are kept; more are served without keeping. */
const keptAgentsMax = 256;

/**
 * Agents whose connections are made, and their certificates judged, before the first byte of a request is sent. A
 * connection is used again only by requests to the same address that judge the certificate in the same way.
 */
export class HttpAgents {
  readonly #plain = new JudgingPlainAgent(agentOptions);
  readonly #secure = new Map<string, JudgingTlsAgent>();

  agentFor({ isSecure, tls = {}, hostName }: HttpTarget): PlainAgent {
    if (!isSecure) return this.#plain;
    const key = JSON.stringify([hostName, tls.authorities, tls.serverName, tls.fingerprint, tls.acceptAny]);
    const known = this.#secure.get(key);
    if (known !== undefined) return known;
    if (this.#secure.size >= keptAgentsMax) return new JudgingTlsAgent({ keepAlive: false });
    const agent = new JudgingTlsAgent({ ...agentOptions, maxCachedSessions: 0 });
    this.#secure.set(key, agent);
    return agent;
  }

  close(): void {
    this.#plain.destroy();
    for (const agent of this.#secure.values()) agent.destroy();
    this.#secure.clear();
  }
}

class JudgingPlainAgent extends PlainAgent {
  override createConnection(options: ClientRequestArgs, onSocket?: OnSocket): undefined {
    openSocket((options as TargetedOptions).target, onSocket);
  }
}

class JudgingTlsAgent extends TlsAgent {
  override createConnection(options: RequestOptions, onSocket?: OnSocket): undefined {
    openSocket((options as TargetedOptions).target, onSocket);
  }
}

function openSocket(target: HttpTarget, onSocket: OnSocket = () => undefined): void {
  // The type wants a socket with every error; node:http does not.
  const fail = onSocket as (error: Error) => void;
  if (target.signal.aborted) {
    fail(httpTimeout(target.host));
    return;
  }
  let secure: TLSSocket | undefined;
  try {
    secure = target.isSecure ? connectTls(tlsOptions(target)) : undefined;
  } catch (error) {
    fail(unusableTls(error, target));
    return;
  }
  const socket: Socket = secure ?? connectPlain(tcpOptions(target));
  const giveUp = (): void => {
    socket.destroy();
    fail(httpTimeout(target.host));
  };
  const onError = (error: Error): void => {
    target.signal.removeEventListener('abort', giveUp);
    fail(httpFailure(error, target.host));
  };
  target.signal.addEventListener('abort', giveUp, { once: true });
  socket.once('error', onError);
  socket.once(target.isSecure ? 'secureConnect' : 'connect', () => {
    target.signal.removeEventListener('abort', giveUp);
    socket.off('error', onError);
    const refusal = secure === undefined ? undefined : certificateError(secure, target);
    if (refusal === undefined) {
      onSocket(null, socket);
      return;
    }
    socket.destroy();
    fail(refusal);
  });
}

function tcpOptions({ address, port }: HttpTarget): { readonly host: string; readonly port: number } {
  return { host: address, port };
}

function tlsOptions(target: HttpTarget): ConnectionOptions {
  const { hostName, tls = {} } = target;
  const name = tls.serverName ?? hostName;
  return {
    ...tcpOptions(target),
    servername: isHostName(name) ? name.replace(/\.$/, '') : '',
    checkServerIdentity: (_asked, certificate) => nameError(name, certificate),
    // Judged by us, and before anything is sent, so that a refusal can tell what was seen.
    rejectUnauthorized: false,
    ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
  };
}

/** Whether a name can be asked for in the handshake and stand among a certificate's host names. */
function isHostName(name: string): boolean {
  return isIP(name) === 0 && /^[a-z0-9._-]+$/i.test(name);
}

/** Some makers name no host but the device, in the subject: `appliance/p1dongle/5c2fafaabbcc`. */
function nameError(name: string, certificate: PeerCertificate): Error | undefined {
  if (!isHostName(name) && isIP(name) === 0 && certificate.subject.CN === name) return undefined;
  return checkServerIdentity(name, certificate);
}

function certificateError(secure: TLSSocket, { host, tls = {} }: HttpTarget): GatewayError | undefined {
  const fingerprint = fingerprintOf(secure);
  if (tls.fingerprint !== undefined) {
    if (tls.fingerprint.toLowerCase() === fingerprint) return undefined;
    return new GatewayError('certificate_invalid', `the certificate of ${host} is not the expected one`, {
      hint: 'check that this is the right device; if its certificate is new, correct the fingerprint in the settings',
      facts: { host, reason: 'fingerprint', fingerprint },
    });
  }
  if (secure.authorized || tls.acceptAny === true) return undefined;
  // A code, whatever its type says.
  const reason = secure.authorizationError as unknown as string;
  return new GatewayError('certificate_invalid', `the certificate of ${host} is not trusted: ${reason}`, {
    hint: 'check the address and the clock; or name its authority or its fingerprint in the settings',
    facts: { host, reason, fingerprint },
  });
}

/** SHA-256, hex without colons. */
function fingerprintOf(secure: TLSSocket): string {
  const certificate: Partial<PeerCertificate> = secure.getPeerCertificate();
  return certificate.fingerprint256?.replaceAll(':', '').toLowerCase() ?? '';
}

function unusableTls(error: unknown, { host }: HttpTarget): GatewayError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return new GatewayError('certificate_invalid', `no secure connection to ${host} can be made: ${code}`, {
    hint: 'check the authorities in the settings: they must be certificates as PEM',
    facts: { host, reason: code },
  });
}
