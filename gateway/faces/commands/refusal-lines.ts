import { Allowance } from '../../core/allowance.ts';
import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import { NewestEntries } from '../../core/newest-entries.ts';

/**
 * How many audit lines the refusals of each principal may have: whoever may do little, or repeats what he has heard,
 * must not be able to push what others have done out of the log. The log of security events counts all of them.
 */
export interface RefusalLines {
  /** What the line says besides; undefined when there is to be none. */
  take(principal: string): string | undefined;
}

interface Lines {
  readonly allowance: Allowance;
  unsaid: number;
}

export function createRefusalLines(clock: Clock): RefusalLines {
  const byPrincipal = new NewestEntries<Lines>(limits.rateBucketsMax);
  const started = (principal: string): Lines => {
    const options = {
      atOnceMax: limits.refusalLinesBurst,
      perSecond: limits.refusalLinesPerMinute / 60,
    };
    const lines = { allowance: new Allowance(clock, options), unsaid: 0 };
    byPrincipal.set(principal, lines);
    return lines;
  };
  return {
    take: (principal) => {
      const lines = byPrincipal.get(principal) ?? started(principal);
      if (!lines.allowance.take()) {
        lines.unsaid += 1;
        return undefined;
      }
      const { unsaid } = lines;
      lines.unsaid = 0;
      return unsaid === 0 ? '' : `; ${unsaid} more were refused before`;
    },
  };
}
