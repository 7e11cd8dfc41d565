import type { Clock } from '../../core/clock.ts';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TlsIdentity } from '../../core/tls-identity.ts';
import { capConnectionsPerAddress, createHttpServer, secureOptions } from './http-server.ts';
import { listenOnTcp, type ListenAddress } from './listen-tcp.ts';

export interface SecureServerParts {
  /** What it shows now. */
  readonly identity: () => TlsIdentity;
  /** Whether nothing is to be had without encryption. */
  readonly isOnly: boolean;
}

/** The same page and API, encrypted: TLS 1.2 and newer. */
export interface SecureServer {
  readonly server: Server;
  /** Errors: `port_in_use config_invalid`. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** Undefined while it does not listen. */
  port(): number | undefined;
  /** Shows what the keeper has now to whoever connects from here on. */
  renew(): void;
}

/** Of `node:tls`, whose server this one is. */
interface Renewable {
  setSecureContext(options: ReturnType<typeof secureOptions>): void;
}

type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** A year, as browsers want it to be told (RFC 6797). */
const onlySecure = 'max-age=31536000';

export function createSecureServer(
  { identity, isOnly, clock }: SecureServerParts & { readonly clock: Clock },
  route: Route,
): SecureServer {
  // Of a certificate that nobody vouches for a browser would take no exception any more.
  const isPromised = (): boolean => isOnly && !identity().isSelfMade;
  const server = createHttpServer((request, response) => {
    if (isPromised()) response.setHeader('strict-transport-security', onlySecure);
    route(request, response);
  }, identity());
  capConnectionsPerAddress(server, clock);
  return {
    server,
    listen: async (address) => await listenOnTcp(server, address),
    port: () => (server.address() as AddressInfo | null)?.port,
    renew: () => (server as Server & Renewable).setSecureContext(secureOptions(identity())),
  };
}
