import type { FoundService, ServiceDiscovery } from '../../core/service-discovery.ts';

/**
 * What things of a home's energy say they are, the most telling first: Modbus TCP under its name at the IANA and the
 * one that makers use, HomeWizard (API v1 and v2), the Enphase gateway, Shelly, and whatever has a web page.
 */
const types = [
  '_mbap._tcp',
  '_modbus._tcp',
  '_hwenergy._tcp',
  '_homewizard._tcp',
  '_enphase-envoy._tcp',
  '_shelly._tcp',
  '_http._tcp',
] as const;

/** Devices answer within a second; those that sleep, with the second question. */
const browseMs = 3_000;

/** What the things in the network call themselves, by their address. Empty where none says. */
export async function browseNames(
  services: ServiceDiscovery,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = await services.browse(types, browseMs, signal);
  const leastTellingFirst = found.toSorted((left, right) => rankOf(right) - rankOf(left));
  return new Map(leastTellingFirst.map(({ address, name }) => [address, name]));
}

function rankOf({ type }: FoundService): number {
  return types.findIndex((known) => known === type);
}
