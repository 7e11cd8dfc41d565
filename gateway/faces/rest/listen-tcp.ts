import type { AddressInfo, Server } from 'node:net';
import { GatewayError } from '../../core/errors.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 takes any. */
  readonly port: number;
}

/** Listens, and answers the port it got. Errors: `port_in_use config_invalid`. */
export async function listenOnTcp(server: Server, { host, port }: ListenAddress): Promise<ListenAddress> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject);
  server.listen({ host, port }, () => resolve(undefined));
  try {
    await promise;
  } catch (cause) {
    throw listenError({ host, port }, cause);
  } finally {
    server.off('error', reject);
  }
  return { host, port: (server.address() as AddressInfo).port };
}

function listenError({ host, port }: ListenAddress, cause: unknown): GatewayError {
  const { code } = cause as { code?: string };
  if (code === 'EADDRINUSE') {
    return new GatewayError('port_in_use', `port ${port} on ${host} is in use`, {
      hint: 'stop what uses it, or choose another with EGW_PORT or http.port',
      cause,
    });
  }
  return new GatewayError(
    'config_invalid',
    `cannot listen on ${host} port ${port}: ${code ?? String(cause)}`,
    {
      hint: 'http.host must be an address of this machine, and ports below 1024 need rights',
      cause,
    },
  );
}
