import { limits } from '../../../core/limits.ts';
import type { SaidTempoDay } from '../../../core/tempo-said-day.ts';
import type { StoredTempoDay } from '../../../storage/tempo-calls.ts';

/** What a person has set. */
export const byHand = 'by hand';
/** What readings of the source tempo of before told, when providers were not kept. */
export const byReadings = 'tempo';

/** Whose word counts less than that of any other, the least first; RTE itself is the last. */
const ranks = ['tsm', byReadings, 'couleur-tempo', 'rte-public', 'rte'];

/**
 * What is known of a day once this is said, too; undefined when that changes nothing. Silence never comes here, so a
 * day that is known stays known, and a final one final.
 *
 * A person’s word counts over all, until a provider says the same as final: from then on that provider’s counts. A
 * final colour is corrected only by a final one of the same provider or of one that is preferred to it; a provisional
 * one by whatever is said next. Each colour that was believed before is kept.
 */
export function hearDay(known: StoredTempoDay | undefined, said: SaidTempoDay): StoredTempoDay | undefined {
  if (known === undefined) return { ...said, before: [] };
  const isSame = said.colour === known.colour;
  if (!isBelieved(known, said, isSame)) return undefined;
  const { before, colour, provider, state, heardMs } = known;
  const corrections = [...before, { colour, provider, state, heardMs }].slice(-limits.tempoCorrectionsMax);
  return { ...said, before: isSame ? before : corrections };
}

function isBelieved(known: StoredTempoDay, said: SaidTempoDay, isSame: boolean): boolean {
  if (said.provider === byHand) return !isSame || known.provider !== byHand;
  if (known.provider === byHand) return isSame && said.state === 'final';
  if (said.state === 'provisional') return known.state === 'provisional' && !isSame;
  if (known.state === 'provisional') return true;
  const [before, now] = [ranks.indexOf(known.provider), ranks.indexOf(said.provider)];
  return isSame ? now > before && before <= ranks.indexOf(byReadings) : now >= before;
}
