import type {
  AdvertisedService,
  FoundService,
  ServiceDiscovery,
} from '../../../gateway/core/service-discovery.ts';

/** A network in which these services are; it remembers what it was asked and told. */
export class FakeServices implements ServiceDiscovery {
  readonly #found: readonly FoundService[];
  readonly browsed: (readonly string[])[] = [];
  /** What is advertised now. */
  readonly advertised = new Set<AdvertisedService>();

  constructor(found: readonly FoundService[] = []) {
    this.#found = found;
  }

  async browse(types: readonly string[]): Promise<readonly FoundService[]> {
    this.browsed.push(types);
    return this.#found.filter(({ type }) => types.includes(type));
  }

  advertise(service: AdvertisedService): () => Promise<void> {
    this.advertised.add(service);
    return async () => void this.advertised.delete(service);
  }
}

export function serviceAt(address: string, name: string, type = '_http._tcp'): FoundService {
  return { address, name, type, port: 80, txt: {} };
}
