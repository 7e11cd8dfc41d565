import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../core/clock.ts';
import { errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import { scopes, type Principal, type Scope } from '../../features/command.ts';
import { clientAddress } from './client-address.ts';
import { createFailedAttempts } from './failed-attempts.ts';
import { checkHost, checkOrigin } from './request-origin.ts';
import type { RouteConfig } from './route.ts';

export interface AdmissionParts {
  /** Who bears the secret. Errors: `token_invalid`. */
  readonly authenticate: (secret: string) => Principal;
  readonly clock: Clock;
  readonly hostNames: readonly string[];
}

/** Who asks, and whether he may ask at all. What he may do is the dispatcher's question. */
export interface Admission {
  /** Marks a connection that was accepted on the owner's socket. Nothing else ever makes a request local. */
  markLocal(socket: Socket): void;
  /**
   * Refuses what nobody may ask, before anything of the body is read.
   * Errors: `origin_forbidden token_invalid rate_limited`.
   */
  admit(request: FastifyRequest): void;
  principalOf(request: FastifyRequest): Principal;
  /** For the audit: the address, or `local`. */
  originOf(request: FastifyRequest): string;
  /** For routes that are not commands. Errors: `forbidden`. */
  requireScope(request: FastifyRequest, scope: Scope): void;
  /** Whether the bearer would still be let in: tokens expire and are removed while a stream is open. */
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

export function createAdmission({ authenticate, clock, hostNames }: AdmissionParts): Admission {
  const names = new Set(['localhost', ...hostNames.map((name) => name.toLowerCase())]);
  const attempts = createFailedAttempts(clock);
  const principals = new WeakMap<FastifyRequest, Principal>();
  const localSockets = new WeakSet<Socket>();
  const laterSecrets = new WeakMap<FastifyRequest, string>();
  const isLocal = (request: FastifyRequest): boolean => localSockets.has(request.raw.socket);
  const secretOf = (request: FastifyRequest): string | undefined =>
    laterSecrets.get(request) ?? bearerIn(request.headers.authorization);

  const bearerOf = (request: FastifyRequest): Principal => {
    const secret = secretOf(request);
    if (secret === undefined) throw tokenMissing();
    try {
      return authenticate(secret);
    } catch (error) {
      // A good token always passes: who shares an address with a wrong one must not be shut out.
      attempts.check(addressOf(request));
      attempts.count(addressOf(request));
      throw error;
    }
  };

  return {
    markLocal: (socket) => localSockets.add(socket),
    admit: (request) => {
      if (isLocal(request)) {
        principals.set(request, localPrincipal);
        return;
      }
      const isReading = request.method === 'GET' || request.method === 'HEAD';
      checkHost(request.headers.host, names);
      // Browsers let the pages of any site open a WebSocket.
      if (!isReading || isUpgrade(request)) checkOrigin(request.headers.origin, request.headers.host);
      if (request.is404) return;
      const { scope, provesLater } = request.routeOptions.config as Partial<RouteConfig>;
      if (provesLater === true && isUpgrade(request) && request.headers.authorization === undefined) return;
      if (scope !== 'open') principals.set(request, bearerOf(request));
      else if (!isReading) attempts.check(addressOf(request));
    },
    principalOf: (request) => principals.get(request) ?? anonymous,
    originOf: (request) => (isLocal(request) ? 'local' : addressOf(request)),
    requireScope: (request, scope) => {
      if (principals.get(request)?.scopes.has(scope) === true) return;
      throw new GatewayError('forbidden', `this needs the scope ${scope}`, {
        hint: `make a token with it: egw token create --scope ${scope}`,
        facts: { scope },
      });
    },
    isStillAdmitted: (request) => {
      if (isLocal(request)) return true;
      try {
        authenticate(secretOf(request) ?? '');
        return true;
      } catch {
        return false;
      }
    },
    proveLater: (request, secret) => {
      laterSecrets.set(request, secret);
      principals.set(request, bearerOf(request));
    },
    countFailure: (request, error) => {
      if (!principals.has(request) && guesses.has(errorCodeOf(error))) attempts.count(addressOf(request));
    },
  };
}

function bearerIn(header: string | undefined): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(header ?? '')?.[1];
}

function isUpgrade({ headers }: FastifyRequest): boolean {
  return headers.upgrade !== undefined;
}

function addressOf(request: FastifyRequest): string {
  return clientAddress(request.raw.socket.remoteAddress);
}

function tokenMissing(): GatewayError {
  return new GatewayError('token_invalid', 'this needs a token', {
    hint: 'send Authorization: Bearer TOKEN; the first token is made by pairing',
  });
}
