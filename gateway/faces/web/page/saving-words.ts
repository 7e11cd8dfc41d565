import type { Fact } from './fact.ts';
import { formatEnergy, formatFixed, formatShare, noValue } from './format.ts';
import type { Comparison, Saving, SavingsSum } from './job-types.ts';

/** `850 g`, `12.3 kg`. */
export function formatGrams(grams: number): string {
  if (Math.abs(grams) < 9.95) return formatFixed(grams, 1, 'g');
  return Math.abs(grams) < 999.5 ? formatFixed(grams, 0, 'g') : formatFixed(grams / 1_000, 2, 'kg');
}

/** `3.4 ct`, `1.20 €`. */
export function formatEuros(microEuros: number): string {
  const cents = microEuros / 10_000;
  return Math.abs(cents) < 99.5 ? formatFixed(cents, 1, 'ct') : formatFixed(cents / 100, 2, '€');
}

type Format = (amount: number) => string;

/** `12 g saved`, `3 g more`, `the same`: beside the run at once. */
export function savedWords({ actual, atOnce }: Comparison, format: Format): string {
  const saved = atOnce - actual;
  if (format(saved) === format(0)) return 'the same';
  return saved > 0 ? `${format(saved)} saved` : `${format(-saved)} more`;
}

/** What one job saved, in a line; undefined where it is not known. */
export function jobSaved({ carbonGrams, microEuros }: Saving): string | undefined {
  const parts = [
    ...(carbonGrams === null ? [] : [`CO₂: ${savedWords(carbonGrams, formatGrams)}`]),
    ...(microEuros === null ? [] : [`cost: ${savedWords(microEuros, formatEuros)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** All that is known of what one job saved. */
export function savingFacts(saving: Saving): readonly Fact[] {
  const energy = formatEnergy(saving.energyKwh);
  return [
    ['Energy', saving.isPowerAssumed ? `${energy}, its power is assumed` : energy],
    ...comparisonFacts('CO₂', saving.carbonGrams, formatGrams),
    ...comparisonFacts('Cost', saving.microEuros, formatEuros),
    ...(saving.isFinal ? [] : [['Not final', 'until all hours up to its deadline are known'] as const]),
  ];
}

/** `42 g, at once 120 g, at best 30 g: 12 g could have been saved besides`. */
function comparisonFacts(name: string, comparison: Comparison | null, format: Format): readonly Fact[] {
  if (comparison === null) return [[name, 'not known']];
  const { actual, atOnce, best } = comparison;
  const more = Math.max(0, actual - best);
  const missed = format(more) === format(0) ? 'no start was better' : `missed ${format(more)}`;
  return [
    [name, `${format(actual)}, at once ${format(atOnce)}: ${savedWords(comparison, format)}`],
    [`Best ${name}`, `${format(best)}: ${missed}`],
  ];
}

/** The headline of what all jobs saved: `1.2 kg CO₂`; – where it is not known. */
export function sumSaved(comparison: Comparison | null, format: Format): string {
  return comparison === null ? noValue : format(comparison.atOnce - comparison.actual);
}

/** Under the headline: how much of the whole that is, and how much was possible besides. */
export function sumDetail(comparison: Comparison | null, format: Format): string {
  if (comparison === null) return 'not known of any job';
  const { actual, atOnce, best } = comparison;
  const share =
    atOnce > 0
      ? `${formatShare((atOnce - actual) / atOnce).replace('-', '\u2212')} of ${format(atOnce)}`
      : '';
  const more = format(Math.max(0, actual - best));
  const besides = more === format(0) ? 'no more was possible' : `${more} more with perfect foresight`;
  return [share, besides].filter((words) => words !== '').join('; ');
}

/** Of how many jobs it is, and what is uncertain about it. */
export function sumNote({ jobs, assumedPower, open, isWhole, carbonGrams }: SavingsSum): string {
  const known = carbonGrams?.jobs ?? 0;
  return [
    isWhole ? '' : 'only the newest jobs are counted',
    known < jobs ? `the grid’s hours are known of ${known}` : '',
    assumedPower > 0 ? `of ${assumedPower} the power is assumed` : '',
    open > 0 ? `${open} not final yet` : '',
  ]
    .filter((words) => words !== '')
    .join('; ');
}
