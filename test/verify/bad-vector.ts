import { canonicalOf, type BuiltBatch } from './chain-builder.ts';
import { firstEpoch, owner, steadyChain } from './published-chains.ts';
import type { FirstFault, VectorCase } from './vector.ts';

/** Four batches: records 1 to 3, 4 and 5, 6 and 7, 8 and 9. */
export type Four = [BuiltBatch, BuiltBatch, BuiltBatch, BuiltBatch];

export function fourOf(chain = steadyChain(4)): Four {
  return structuredClone(chain.batches) as Four;
}

export const ownerKey = ['--key', owner.publicKey];

interface Expected extends Omit<FirstFault, 'epoch'> {
  /** The first one unless said; null: the text does not tell. */
  readonly epoch?: null;
  /** The owner's key unless said. */
  readonly words?: readonly string[];
}

export function bad(
  name: string,
  what: string,
  lines: readonly (string | BuiltBatch)[],
  { epoch, words = ownerKey, ...first }: Expected,
): VectorCase {
  const texts = lines.map((line) => (typeof line === 'string' ? line : canonicalOf(line)));
  const where = epoch === null ? {} : { epoch: firstEpoch };
  return { name, what, arguments: words, lines: texts, first: { ...first, ...where } };
}
