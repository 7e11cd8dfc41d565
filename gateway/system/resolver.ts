import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { AddressRecord } from './dns-message.ts';
import { hostsPath, readHosts } from './hosts-file.ts';
import type { MulticastNames } from './multicast-names.ts';

/** Names to addresses, without the system's resolver: four of its hung look-ups block all others. */
export interface NameResolver {
  /**
   * The addresses of a host, IPv6 only when it has no IPv4. A literal address is its own answer; `localhost`
   * and the hosts file need no server. Errors: `host_unresolved`; `connection_timeout` when the signal fires.
   */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Nobody was at these addresses: what is older than some seconds is asked for anew by the next call. When that brings
   * nothing they are used all the same.
   */
  distrust?(host: string): void;
}

export interface ResolverOptions {
  readonly clock: Clock;
  /** `address:port` of DNS servers; the system's when absent. */
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
  /** Who is asked first for names under `.local` (RFC 6762, 3). */
  readonly multicast?: MulticastNames;
}

/** One try's time-out; a server that does not answer costs 1 s and then 2 s (c-ares doubles it). */
const tryTimeoutMs = 1_000;
const tries = 2;

/** A name server's time to live is kept within these. */
const lifeMsMin = 10_000;
const lifeMsMax = 3_600_000;

/** How long an old answer is used without asking again after the server failed. */
const staleMs = 30_000;

interface Answer {
  readonly addresses: readonly string[];
  readonly askedMs: number;
  readonly untilMs: number;
}

export function createResolver(options: ResolverOptions): NameResolver {
  const { clock, servers, hostsFile = hostsPath, multicast } = options;
  const answers = new Map<string, Answer>();
  const asking = new Map<string, Promise<readonly string[]>>();

  /** One question at a time for each name. It goes on for the cache when its caller has given up. */
  function ask(name: string): Promise<readonly string[]> {
    const current = asking.get(name);
    if (current !== undefined) return current;
    const question = query(name)
      .then((answer) => keep(name, answer).addresses)
      .catch((cause: unknown) => useOld(name, cause))
      .finally(() => asking.delete(name));
    asking.set(name, question);
    return question;
  }

  async function query(name: string): Promise<Answer> {
    const heard = name.endsWith('.local') ? ((await multicast?.(name)) ?? []) : [];
    const records = heard.length > 0 ? heard : await askServers(name, servers);
    const lifeMs = Math.min(...records.map(({ ttlSeconds }) => ttlSeconds * 1_000));
    return answerUntil(
      records.map(({ address }) => address),
      Math.min(Math.max(lifeMs, lifeMsMin), lifeMsMax),
    );
  }

  function answerUntil(addresses: readonly string[], lifeMs: number): Answer {
    const askedMs = clock.monotonic();
    return { addresses, askedMs, untilMs: askedMs + lifeMs };
  }

  function keep(name: string, answer: Answer): Answer {
    answers.delete(name);
    answers.set(name, answer);
    const oldest = answers.keys().next().value;
    if (answers.size > limits.resolvedNamesMax && oldest !== undefined) answers.delete(oldest);
    return answer;
  }

  function useOld(name: string, cause: unknown): readonly string[] {
    const old = answers.get(name);
    if (old === undefined) throw unresolved(name, cause);
    return keep(name, answerUntil(old.addresses, staleMs)).addresses;
  }

  return {
    resolve: async (host, signal) => {
      if (isIP(host) !== 0) return [host];
      const name = plainName(host);
      if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1'];
      const fixed = readHosts(name, hostsFile);
      if (fixed.length > 0) return fixed;
      const known = answers.get(name);
      if (known !== undefined && clock.monotonic() < known.untilMs) return known.addresses;
      return await untilAborted(ask(name), name, signal);
    },
    distrust: (host) => {
      const name = plainName(host);
      const known = answers.get(name);
      if (known === undefined || clock.monotonic() - known.askedMs < lifeMsMin) return;
      keep(name, { ...known, untilMs: -Infinity });
    },
  };
}

/** The system's servers unless said. Errors: those of c-ares. */
async function askServers(
  name: string,
  servers: readonly string[] | undefined,
): Promise<readonly AddressRecord[]> {
  const resolver = new Resolver({ timeout: tryTimeoutMs, tries });
  if (servers !== undefined) resolver.setServers(servers);
  const records = await resolver.resolve4(name, { ttl: true }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENODATA')) throw error;
    return resolver.resolve6(name, { ttl: true });
  });
  return records.map(({ address, ttl }) => ({ address, ttlSeconds: ttl }));
}

function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

async function untilAborted<Value>(
  promise: Promise<Value>,
  name: string,
  signal: AbortSignal,
): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(
      new GatewayError('connection_timeout', `the name ${name} was not resolved in time`, {
        cause: signal.reason,
      }),
    );
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function unresolved(name: string, cause: unknown): GatewayError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const hint = name.endsWith('.local')
    ? 'check that the device is on, and in the same network as the gateway; or give its address'
    : 'give the full name, or a fixed address';
  return new GatewayError('host_unresolved', `the name ${name} has no address: ${code}`, {
    hint,
    cause,
    facts: { host: name },
  });
}
