import type { Identity } from '../../core/identity.ts';
import type { AdvertisedService, ServiceDiscovery, StopAdvertising } from '../../core/service-discovery.ts';
import { parseAddress } from './subnet.ts';

const gatewayServiceType = '_egw._tcp';

/** What everybody in the network may know of the gateway. */
interface GatewayFacts {
  readonly name: string;
  readonly version: string;
  readonly identity: Pick<Identity, 'gatewayId' | 'publicKey'>;
}

/** Tells the network where the gateway's page and API are, as long as they can be reached from there. */
export class GatewayAdvertisement {
  readonly #services: ServiceDiscovery;
  readonly #about: Pick<AdvertisedService, 'name' | 'txt'>;
  #stop: StopAdvertising | undefined;

  constructor(services: ServiceDiscovery, { name, version, identity }: GatewayFacts) {
    this.#services = services;
    const { gatewayId, publicKey } = identity;
    const key = Buffer.from(publicKey).toString('base64url');
    this.#about = { name, txt: { version, path: '/', id: gatewayId, publicKey: key } };
  }

  /**
   * @param address what the API listens on; nobody is told of a loopback address, nor of a name, which may be one
   * @param txt what else there is to be told
   */
  start(
    { host, port }: { readonly host: string; readonly port: number },
    txt: AdvertisedService['txt'] = {},
  ): void {
    if (this.#stop !== undefined || !isBeyondLoopback(host)) return;
    const about = { ...this.#about, txt: { ...this.#about.txt, ...txt } };
    this.#stop = this.#services.advertise({ ...about, type: gatewayServiceType, host, port });
  }

  async stop(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }
}

function isBeyondLoopback(host: string): boolean {
  const isAddress = parseAddress(host) !== undefined || host.includes(':');
  return isAddress && !/^127\.|^[0:]*:0*1$|^::ffff:(127\.|7f)/i.test(host);
}
