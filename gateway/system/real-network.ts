import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describeError, GatewayError } from '../core/errors.ts';
import type { Connection, ConnectionListener, ConnectOptions, Network, Reach } from '../core/network.ts';
import type { NameResolver } from './resolver.ts';

export interface RealNetworkOptions {
  readonly resolver: NameResolver;
  /** Says why an address of a host must not be connected to; asked for each, after its name was resolved. */
  readonly refuseAddress: (address: string, reach: Reach, host: string) => GatewayError | undefined;
}

/** Silence on an idle connection before the system asks whether the other side is still there. */
const keepAliveAfterMs = 30_000;

/**
 * The machine's network. Each address of a host is judged before it is connected to; several are tried in order until
 * one answers or the signal fires.
 */
export function createRealNetwork(parts: RealNetworkOptions): Network {
  const { resolver } = parts;
  return {
    connectTcp: async (options) => {
      const addresses = await resolver.resolve(options.host, options.signal);
      try {
        return await connectToAny(addresses, options, parts);
      } catch (error) {
        resolver.distrust?.(options.host);
        throw error;
      }
    },
  };
}

async function connectToAny(
  addresses: readonly string[],
  options: ConnectOptions,
  { refuseAddress }: RealNetworkOptions,
): Promise<Connection> {
  let refusal: GatewayError | undefined;
  for (const address of addresses) {
    const forbidden = refuseAddress(address, options.reach ?? 'home', options.host);
    try {
      if (forbidden === undefined) return await connectTo(address, options);
      refusal ??= forbidden;
    } catch (error) {
      if (!(error instanceof GatewayError) || options.signal.aborted) throw error;
      refusal = error;
    }
  }
  throw refusal ?? new GatewayError('host_unresolved', `the name ${options.host} has no address`);
}

async function connectTo(address: string, options: ConnectOptions): Promise<Connection> {
  const { port, signal, listener } = options;
  if (signal.aborted) throw timedOut(options, signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const socket = connect({
    host: address,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveAfterMs,
  });
  const giveUp = (): void => {
    socket.destroy();
    reject(timedOut(options, signal.reason));
  };
  const fail = (error: Error): void => reject(connectError(error, options));
  signal.addEventListener('abort', giveUp, { once: true });
  socket.once('error', fail);
  socket.once('connect', () => {
    socket.off('error', fail);
    resolve(openConnection(socket, listener, `${options.host}:${port}`));
  });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
    // An error after this one was reported has nobody to go to, and must not end the process.
    if (socket.listenerCount('error') === 0) socket.on('error', () => undefined);
  }
}

function openConnection(socket: Socket, listener: ConnectionListener, peer: string): Connection {
  let reason: Error | undefined;
  let isOpen = true;
  const closedBy = (what: string, cause?: unknown): void => {
    reason ??= new GatewayError('connection_closed', `the connection to ${peer} ${what}`, {
      cause,
      facts: { peer },
    });
  };
  socket.on('data', (bytes) => listener.onData(bytes));
  socket.on('error', (error) => closedBy(`broke: ${describeError(error)}`, error));
  socket.on('end', () => closedBy('was closed by the other side'));
  socket.once('close', () => {
    const isOwn = !isOpen;
    isOpen = false;
    listener.onClose(isOwn ? undefined : reason);
  });
  return {
    write: (bytes) => {
      if (isOpen && socket.writable) socket.write(bytes);
    },
    close: () => {
      isOpen = false;
      socket.destroy();
    },
  };
}

function timedOut({ host, port }: ConnectOptions, cause: unknown): GatewayError {
  return new GatewayError('connection_timeout', `no connection to ${host}:${port} in time`, {
    hint: 'check that the device is on and reachable',
    cause,
    facts: { host, port },
  });
}

/** No answer from the address or its network is a time-out that the system noticed first. */
function connectError(cause: Error, { host, port }: ConnectOptions): GatewayError {
  const code = 'code' in cause ? String(cause.code) : 'unknown error';
  const silent = ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'].includes(code);
  return new GatewayError(
    silent ? 'connection_timeout' : 'connection_refused',
    `no connection to ${host}:${port}: ${code}`,
    {
      hint: silent
        ? 'check that the device is on and reachable'
        : 'check the port, and that Modbus TCP is switched on',
      cause,
      facts: { host, port },
    },
  );
}
