import assert from 'node:assert';
import type { Network } from '../../core/network.ts';
import type { Wire } from './modbus-port.ts';
import type { TransportOptions } from './transport.ts';

/** A connection to the endpoint's host, by the kind's name for people: `modbus-tcp://192.0.2.7:502`. */
export function hostWire(kind: string, { endpoint }: TransportOptions, network: Network): Wire {
  assert('host' in endpoint, `${kind} goes to a host`);
  const { host, port } = endpoint;
  return {
    name: `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    open: async (listener, signal) => await network.connectTcp({ host, port, listener, signal }),
  };
}
