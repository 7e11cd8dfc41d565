import type { Fact } from './fact.ts';
import { formatEnergy, formatFixed, formatShare, noValue } from './format.ts';
import type { Comparison, Saving, SavingsSum } from './job-types.ts';

/** `12.3 kg`, `850 g`, `9.9 g`, `58 mg`: most jobs are small. */
export function formatGrams(grams: number): string {
  const size = Math.abs(grams);
  if (size === 0) return formatFixed(0, 0, 'g');
  if (size < 0.9995) return formatFixed(grams * 1_000, size < 0.00995 ? 1 : 0, 'mg');
  if (size < 999.5) return formatFixed(grams, size < 9.95 ? 1 : 0, 'g');
  return formatFixed(grams / 1_000, 2, 'kg');
}

/** `1.20 €`, `3.4 ct`, `0.012 ct`. */
export function formatEuros(microEuros: number): string {
  const cents = microEuros / 10_000;
  const size = Math.abs(cents);
  if (size === 0) return formatFixed(0, 0, 'ct');
  return size < 99.5 ? formatFixed(cents, size < 0.0995 ? 3 : 1, 'ct') : formatFixed(cents / 100, 2, '€');
}

/** `0.36 kWh`, `55.0 Wh`, `0.56 Wh`. */
export function formatWork(energyKwh: number): string {
  if (energyKwh >= 0.0995) return formatEnergy(energyKwh);
  return formatFixed(energyKwh * 1_000, energyKwh < 0.00995 ? 2 : 1, 'Wh');
}

/** Differences in the last digit that is shown are none. */
function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= 0.0005 * Math.max(Math.abs(one), Math.abs(other));
}

type Format = (amount: number) => string;

/** `12 g saved`, `3 g more`, `the same`: beside the run at once. */
export function savedWords({ actual, atOnce }: Comparison, format: Format): string {
  const saved = atOnce - actual;
  if (isSame(atOnce, actual)) return 'the same';
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
  const energy = formatWork(saving.energyKwh);
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
  const missed = isSame(actual, best) ? 'no start was better' : `missed ${format(actual - best)}`;
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
  const besides = isSame(actual, best)
    ? 'no more was possible'
    : `${format(actual - best)} more with perfect foresight`;
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
