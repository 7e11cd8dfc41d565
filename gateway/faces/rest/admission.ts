import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../core/clock.ts';
import { errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import { scopes, type Principal, type Scope } from '../../features/command.ts';
import type { Credentials } from '../../features/credentials.ts';
import { createAskers } from './askers.ts';
import { clientAddress } from './client-address.ts';
import { createFailedAttempts } from './failed-attempts.ts';
import { createRateLimits, type Rates } from './rate-limits.ts';
import { checkHost, checkOrigin } from './request-origin.ts';
import type { RouteConfig } from './route.ts';
import { isSigned } from './signed-head.ts';

export interface AdmissionParts {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly hostNames: readonly string[];
  /** Those of the gateway unless said. */
  readonly rates?: Rates;
  /** Unless false. */
  readonly acceptsTokensInClear?: boolean;
  /** Whether answers come late now, so that strangers have to wait. */
  readonly isOverloaded?: () => boolean;
}

/** Who asks, and whether he may ask at all. What he may do is the dispatcher's question. */
export interface Admission {
  /** Marks a connection that was accepted on the owner's socket. Nothing else ever makes a request local. */
  markLocal(socket: Socket): void;
  /**
   * Refuses what nobody may ask, before anything of the body is read.
   * Errors: `origin_forbidden token_invalid signature_invalid rate_limited queue_full`.
   */
  admit(request: FastifyRequest): void;
  /** Whether the request is signed, and its body must be taken by `proveByBody` before anybody reads it. */
  waitsForBody(request: FastifyRequest): boolean;
  /**
   * Lets in whose signature is good, and answers the body again.
   * Errors: `signature_invalid challenge_required rate_limited request_too_large`.
   */
  proveByBody(request: FastifyRequest, payload: AsyncIterable<unknown>): Promise<Readable | undefined>;
  principalOf(request: FastifyRequest): Principal;
  /** For the audit: the address, or `local`. */
  originOf(request: FastifyRequest): string;
  /** For routes that are not commands. Errors: `forbidden`. */
  requireScope(request: FastifyRequest, scope: Scope): void;
  /** For what is answered with a token. Errors: `token_invalid` where anybody on the way could read it. */
  requirePrivacy(request: FastifyRequest): void;
  /** Whether who asked would still be let in: tokens and keys end and are removed while a stream is open. */
  isStillAdmitted(request: FastifyRequest): boolean;
  /**
   * Whose request came without credentials, which only a route that `provesLater` lets in, says now who he is.
   * Errors: `token_invalid rate_limited`.
   */
  proveLater(request: FastifyRequest, secret: string): void;
  /** Wrong codes count like wrong tokens. */
  countFailure(request: FastifyRequest, error: unknown): void;
}

const localPrincipal: Principal = { kind: 'local', id: 'local', scopes: new Set(scopes) };
const anonymous: Principal = { kind: 'anonymous', id: 'anonymous', scopes: new Set() };
const guesses: ReadonlySet<ErrorCode | undefined> = new Set(['pairing_code_wrong', 'pairing_closed']);

export function createAdmission(parts: AdmissionParts): Admission {
  const { credentials, clock, hostNames, rates, acceptsTokensInClear = true, isOverloaded } = parts;
  const names = new Set(['localhost', ...hostNames.map((name) => name.toLowerCase())]);
  const attempts = createFailedAttempts(clock);
  const askers = createAskers({
    credentials,
    attempts,
    rates: createRateLimits(clock, rates),
    acceptsTokensInClear,
  });
  const localSockets = new WeakSet<Socket>();
  const isLocal = (request: FastifyRequest): boolean => localSockets.has(request.raw.socket);
  const principalOf = (request: FastifyRequest): Principal =>
    isLocal(request) ? localPrincipal : (askers.principalOf(request) ?? anonymous);

  const admitStranger = (request: FastifyRequest): void => {
    if (isOverloaded?.() === true && isDispensable(request)) throw overloaded();
    if (!isReading(request)) attempts.check(addressOf(request));
  };

  return {
    markLocal: (socket) => localSockets.add(socket),
    admit: (request) => {
      if (isLocal(request)) return;
      checkHost(request.headers.host, names);
      // Browsers let the pages of any site open a WebSocket.
      if (!isReading(request) || isUpgrade(request))
        checkOrigin(request.headers.origin, request.headers.host);
      if (request.is404) return;
      const { scope, provesLater } = request.routeOptions.config as Partial<RouteConfig>;
      const comesLater = provesLater === true && isUpgrade(request) && !hasCredentials(request);
      if (scope === 'open') admitStranger(request);
      else if (!comesLater) askers.arrive(request);
    },
    waitsForBody: (request) => askers.waitsForBody(request),
    proveByBody: async (request, payload) => await askers.prove(request, payload),
    principalOf,
    originOf: (request) => (isLocal(request) ? 'local' : addressOf(request)),
    requireScope: (request, scope) => {
      const principal = principalOf(request);
      if (principal.scopes.has(scope)) return;
      throw new GatewayError('forbidden', `this needs the scope ${scope}`, {
        hint: `make a token with it: egw token create --scope ${scope}`,
        facts: { scope, principal: principal.id },
      });
    },
    requirePrivacy: (request) => {
      if (!isLocal(request)) askers.requirePrivacy(request);
    },
    isStillAdmitted: (request) => isLocal(request) || credentials.isValid(principalOf(request)),
    proveLater: (request, secret) => askers.proveLater(request, secret),
    countFailure: (request, error) => {
      const isStranger = principalOf(request).kind === 'anonymous';
      if (isStranger && guesses.has(errorCodeOf(error))) attempts.count(addressOf(request));
    },
  };
}

function isReading({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isUpgrade({ headers }: FastifyRequest): boolean {
  return headers.upgrade !== undefined;
}

function hasCredentials(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined || isSigned(request);
}

/** The page stays, so that its owner sees something; and health, since nobody is helped by a restart now. */
function isDispensable({ routeOptions: { url = '' } }: FastifyRequest): boolean {
  return url.startsWith('/api/') && url !== '/api/health';
}

function addressOf(request: FastifyRequest): string {
  return clientAddress(request.raw.socket.remoteAddress);
}

function overloaded(): GatewayError {
  return new GatewayError('queue_full', 'the gateway has too much to do now', {
    hint: 'try again in 5 s',
    facts: { retryAfterSeconds: 5 },
  });
}
