import { isIPv4 } from 'node:net';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { Principal } from '../../features/command.ts';
import type { Credentials, PendingRequest } from '../../features/credentials.ts';
import { clientAddress } from './client-address.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { rateClassOf, type RateLimits } from './rate-limits.ts';
import { takeRawBody } from './raw-body.ts';
import type { RouteConfig } from './route.ts';
import { isSigned, signedHeadOf } from './signed-head.ts';

export interface AskersParts {
  readonly credentials: Credentials;
  readonly attempts: FailedAttempts;
  readonly rates: RateLimits;
  /** Whether tokens are taken from the network where anybody on the way can read them. */
  readonly acceptsTokensInClear: boolean;
}

/** Who asks: by token at once, by signature once the body is there. */
export interface Askers {
  /** Errors: `token_invalid signature_invalid rate_limited`. */
  arrive(request: FastifyRequest): void;
  /**
   * Proves a signed request by the hash of its body, which is read by nobody before. Answers the body again, or
   * undefined where the request is not signed. Errors: those of `arrive`, `challenge_required request_too_large`.
   */
  prove(request: FastifyRequest, payload: AsyncIterable<unknown>): Promise<Readable | undefined>;
  waitsForBody(request: FastifyRequest): boolean;
  /** With a token that was not in the headers. Errors: `token_invalid rate_limited`. */
  proveLater(request: FastifyRequest, secret: string): void;
  /** For what is answered with a token. Errors: `token_invalid` where anybody on the way could read it. */
  requirePrivacy(request: FastifyRequest): void;
  principalOf(request: FastifyRequest): Principal | undefined;
}

/** Nobody is known before he arrives. */
export function createAskers({ credentials, attempts, rates, acceptsTokensInClear }: AskersParts): Askers {
  const principals = new WeakMap<FastifyRequest, Principal>();
  const pending = new WeakMap<FastifyRequest, PendingRequest>();

  /** A good credential always passes: who shares an address with a wrong one must not be shut out. */
  const tried = <Answer>(request: FastifyRequest, attempt: () => Answer): Answer => {
    try {
      return attempt();
    } catch (error) {
      if (isGuess(error)) {
        attempts.check(addressOf(request));
        attempts.count(addressOf(request));
      }
      throw error;
    }
  };
  const letIn = (request: FastifyRequest, principal: Principal): void => {
    const { scope = 'admin', rate } = request.routeOptions.config as Partial<RouteConfig>;
    rates.take(principal, rate ?? rateClassOf(request.method, scope));
    principals.set(request, principal);
  };
  const requirePrivacy = (request: FastifyRequest): void => {
    if (!acceptsTokensInClear && isInClear(request)) throw tokenInClear();
  };
  const bear = (request: FastifyRequest, secret: string | undefined): void => {
    if (secret === undefined) throw tokenMissing();
    requirePrivacy(request);
    letIn(
      request,
      tried(request, () => credentials.bearer(secret)),
    );
  };

  return {
    arrive: (request) => {
      if (!isSigned(request)) bear(request, bearerIn(request.headers.authorization));
      else
        pending.set(
          request,
          tried(request, () => credentials.signed(signedHeadOf(request))),
        );
    },
    waitsForBody: (request) => pending.has(request),
    prove: async (request, payload) => {
      const waiting = pending.get(request);
      if (waiting === undefined) return undefined;
      const { bodyLimit } = request.routeOptions;
      const { hash, stream } = await takeRawBody(payload, request.headers, bodyLimit);
      letIn(
        request,
        tried(request, () => waiting.confirm(hash)),
      );
      return stream;
    },
    proveLater: bear,
    requirePrivacy,
    principalOf: (request) => principals.get(request),
  };
}

/** Whose signature is good, and nothing else about his request, does not guess. */
function isGuess(error: unknown): boolean {
  const code = errorCodeOf(error);
  if (code !== 'token_invalid' && code !== 'signature_invalid') return false;
  return error instanceof GatewayError && error.facts['principal'] === undefined;
}

function bearerIn(header: string | undefined): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(header ?? '')?.[1];
}

/** From another machine, and not encrypted. A proxy on this machine that ends TLS is on this machine. */
function isInClear({ raw: { socket } }: FastifyRequest): boolean {
  // Of node:tls alone.
  if ('encrypted' in socket) return false;
  const address = clientAddress(socket.remoteAddress);
  return address !== '::1' && !(isIPv4(address) && address.startsWith('127.'));
}

function addressOf(request: FastifyRequest): string {
  return clientAddress(request.raw.socket.remoteAddress);
}

function tokenMissing(): GatewayError {
  return new GatewayError('token_invalid', 'this needs a token', {
    hint: 'send Authorization: Bearer TOKEN, or sign the request; the first token is made by pairing',
    facts: { reason: 'missing' },
  });
}

function tokenInClear(): GatewayError {
  return new GatewayError('token_invalid', 'tokens are neither taken nor given here without encryption', {
    hint: 'use the https:// address, or sign the request; http.plainTokens says what is taken',
    facts: { reason: 'in_clear' },
  });
}
