import { errorCodeOf } from '../../core/errors.ts';
import type { LocalNetwork } from '../../core/local-network.ts';
import type { ConfiguredDevice } from './configured-device.ts';
import type { Place } from './port-sweep.ts';
import { isWithin, parseAddress, subnetAround } from './subnet.ts';

const loopback = { first: 127 * 2 ** 24, prefixLength: 8 };

/**
 * Where configured devices are. Many take one client only, which is the gateway: nobody else may knock there. On
 * this machine itself, where simulators have a port each, a device has its port; elsewhere a whole address.
 */
export class KnownPlaces {
  readonly #byPlace = new Map<string, ConfiguredDevice[]>();

  /** Names are looked up; those that have no address now are nowhere. */
  static async of(
    devices: readonly ConfiguredDevice[],
    lan: LocalNetwork,
    signal: AbortSignal,
  ): Promise<KnownPlaces> {
    const places = new KnownPlaces();
    await Promise.all(
      devices.map(async (device) => {
        if (!('host' in device.place)) return;
        const { host, port } = device.place;
        for (const address of await addressesOf(host, lan, signal)) places.#add(keyOf(address, port), device);
      }),
    );
    return places;
  }

  /** Those that are asked at this place, or at another port of its host. */
  at({ host, port }: Place): readonly ConfiguredDevice[] {
    return this.#byPlace.get(keyOf(host, port)) ?? [];
  }

  #add(key: string, device: ConfiguredDevice): void {
    this.#byPlace.set(key, [...(this.#byPlace.get(key) ?? []), device]);
  }
}

async function addressesOf(host: string, lan: LocalNetwork, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return parseAddress(host) === undefined ? await lan.resolve(host, signal) : [host];
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (errorCodeOf(error) === undefined) throw error;
    return [];
  }
}

function keyOf(address: string, port: number): string {
  const number = parseAddress(address);
  return number !== undefined && isWithin(subnetAround(number, 32), loopback)
    ? `${address}:${port}`
    : address;
}
