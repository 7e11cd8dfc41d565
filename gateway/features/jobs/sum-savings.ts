import type { Comparison, JobSaving } from './decision.ts';

/** What the jobs of a time saved together. */
export interface SavingsSum {
  /** That have run, with what they saved known or not. */
  readonly jobs: number;
  readonly energyKwh: number;
  /** Of how many nobody said what they draw. */
  readonly assumedPower: number;
  /** Of how many the grid's hours may still be told otherwise, or are still to come. */
  readonly open: number;
  /** undefined where it is not known of any of them. */
  readonly carbonGrams: ComparisonSum | undefined;
  readonly microEuros: ComparisonSum | undefined;
}

export interface ComparisonSum extends Comparison {
  /** Of how many it is known. */
  readonly jobs: number;
}

/** Adds up what is known, and says of how many jobs it is. */
export function sumSavings(savings: readonly JobSaving[]): SavingsSum {
  const count = (is: (saving: JobSaving) => boolean): number => savings.filter(is).length;
  return {
    jobs: savings.length,
    energyKwh: savings.reduce((sum, { energyKwh }) => sum + energyKwh, 0),
    assumedPower: count(({ isPowerAssumed }) => isPowerAssumed),
    open: count(({ isFinal }) => !isFinal),
    carbonGrams: sumComparisons(savings.map(({ carbonGrams }) => carbonGrams)),
    microEuros: sumComparisons(savings.map(({ microEuros }) => microEuros)),
  };
}

function sumComparisons(all: readonly (Comparison | undefined)[]): ComparisonSum | undefined {
  const known = all.filter((comparison) => comparison !== undefined);
  if (known.length === 0) return undefined;
  const sum = (of: keyof Comparison): number =>
    known.reduce((total, comparison) => total + comparison[of], 0);
  return { jobs: known.length, actual: sum('actual'), atOnce: sum('atOnce'), best: sum('best') };
}
