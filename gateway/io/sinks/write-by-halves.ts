import type { RefusedRow } from './sink.ts';

/** What became of the things from one place to another: those refused, or that something among them is refused. */
export type PartOutcome = { readonly refused: readonly RefusedRow[] } | { readonly reason: string };

/**
 * Writes things `from <= place < to`; what is refused as a whole goes again in halves, until the one at fault stands
 * alone. The receiver must take the same thing twice as once.
 */
export async function writeByHalves(
  from: number,
  to: number,
  write: (from: number, to: number) => Promise<PartOutcome>,
): Promise<readonly RefusedRow[]> {
  if (from >= to) return [];
  const outcome = await write(from, to);
  if ('refused' in outcome) return outcome.refused;
  if (to - from === 1) return [{ index: from, reason: outcome.reason }];
  const middle = Math.floor((from + to) / 2);
  return [...(await writeByHalves(from, middle, write)), ...(await writeByHalves(middle, to, write))];
}
