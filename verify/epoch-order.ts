import type { Chain } from './chain.ts';

/** By gateway; each chain after the one that it goes on from, and else by the time at which it says it began. */
export function chainsInOrder(chains: readonly Chain[]): readonly Chain[] {
  const byName = new Map(chains.map((chain) => [nameOf(chain.gateway, chain.epoch), chain]));
  const ordered = new Set<Chain>();
  const previousOf = ({ gateway, start }: Chain): Chain | undefined =>
    start?.previous === undefined ? undefined : byName.get(nameOf(gateway, start.previous.epoch));
  const add = (last: Chain): void => {
    const line = new Set([last]);
    // A ring of chains has no beginning: each stands in it once.
    for (let chain = previousOf(last); chain !== undefined && !line.has(chain); chain = previousOf(chain)) {
      line.add(chain);
    }
    for (const chain of [...line].reverse()) ordered.add(chain);
  };
  chains.toSorted(compare).forEach(add);
  return [...ordered];
}

function compare(one: Chain, other: Chain): number {
  if (one.gateway !== other.gateway) return one.gateway < other.gateway ? -1 : 1;
  const [first, second] = [one.start?.atMs ?? -1, other.start?.atMs ?? -1];
  return first - second || (one.epoch < other.epoch ? -1 : 1);
}

function nameOf(gateway: string, epoch: string): string {
  return `${gateway}/${epoch}`;
}
