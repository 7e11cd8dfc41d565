import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { AttachedAddress } from '../core/attached-address.ts';
import type { Datagrams } from '../core/datagrams.ts';
import { GatewayError } from '../core/errors.ts';
import type { RealNetworkOptions } from './real-network.ts';
import { subnetBroadcast } from './subnet-broadcast.ts';

export interface RealDatagramsOptions extends RealNetworkOptions {
  readonly attached: () => readonly AttachedAddress[];
}

type Datagram = Parameters<Datagrams['send']>[0];

/** All of the link: RFC 919, 7. It says nothing of which, where the machine has several. */
const everySubnet = '255.255.255.255';

/** Datagrams of this machine; each address is judged as any other before anything is sent to it. */
export function createRealDatagrams(options: RealDatagramsOptions): Datagrams {
  return {
    send: async (datagram) => {
      const addresses = await addressesOf(datagram, options);
      if (datagram.signal.aborted) throw timedOut(datagram);
      const failures: unknown[] = [];
      for (const address of addresses) {
        await sendTo(address, datagram).catch((error: unknown) => void failures.push(error));
      }
      // One of several subnets may be that of a cable that is pulled.
      if (failures.length === addresses.length) throw failures[0];
    },
  };
}

/** Errors: `host_unresolved`, `host_forbidden`. */
async function addressesOf(
  datagram: Datagram,
  { resolver, refuseAddress, attached }: RealDatagramsOptions,
): Promise<readonly string[]> {
  const { host, isBroadcast, signal } = datagram;
  if (isBroadcast && host === everySubnet) {
    const subnets = attached().flatMap((own) => subnetBroadcast(own) ?? []);
    const allowed = [...new Set(subnets)].filter((address) =>
      isAllowed(refuseAddress(address, 'home', address), isBroadcast),
    );
    if (allowed.length === 0) throw nowhere();
    return allowed;
  }
  const [address] = await resolver.resolve(host, signal);
  if (address === undefined)
    throw new GatewayError('host_unresolved', `the name ${host} has no address`, { facts: { host } });
  const refusal = refuseAddress(address, 'home', host);
  if (refusal !== undefined && !isAllowed(refusal, isBroadcast)) throw refusal;
  return [address];
}

/** The judge finds a broadcast only in a private subnet that the machine is attached to. */
function isAllowed(refusal: GatewayError | undefined, isBroadcast: boolean): boolean {
  return refusal === undefined || (isBroadcast && refusal.facts['refusal'] === 'broadcast');
}

async function sendTo(address: string, { bytes, port, isBroadcast, host }: Datagram): Promise<void> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const fail = (error: Error): void => reject(cannotLeave(error, host, port));
  socket.on('error', fail);
  try {
    socket.bind(0, () => {
      try {
        if (isBroadcast) socket.setBroadcast(true);
        socket.send(bytes, port, address, (error) => {
          if (error === null) resolve(undefined);
          else fail(error);
        });
      } catch (error) {
        fail(error as Error);
      }
    });
    await promise;
  } finally {
    socket.close();
  }
}

function cannotLeave(cause: Error, host: string, port: number): GatewayError {
  const reason = 'code' in cause ? String(cause.code) : 'unknown error';
  return new GatewayError('connection_refused', `nothing can be sent to ${host}:${port}: ${reason}`, {
    hint: 'check the network of this machine, and the address',
    cause,
    facts: { host, port, reason },
  });
}

function timedOut({ host, port }: Datagram): GatewayError {
  return new GatewayError('connection_timeout', `nothing was sent to ${host}:${port} in time`, {
    facts: { host, port, isSent: false },
  });
}

function nowhere(): GatewayError {
  return new GatewayError('host_forbidden', 'this machine is attached to no private subnet to broadcast in', {
    hint: 'connect it to the home network, or give the broadcast address of a subnet that it is attached to',
    facts: { refusal: 'not_attached', address: everySubnet },
  });
}
