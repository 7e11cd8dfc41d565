import {
  costOfDay,
  wholeDay,
  type MeteredBand,
  type MeteredCost,
  type MeteredDay,
} from '../../../core/metered-day.ts';
import { costInMicroEuros } from '../../../core/micro-euros.ts';
import { tariffBands, type TariffBand } from '../../../core/tariff-band.ts';
import type { TempoKnowledge } from '../../../core/tempo-knowledge.ts';
import { tempoColours, type TempoColour } from '../../../core/tempo-rules.ts';

export type DayRating = Pick<TempoKnowledge, 'colourOf' | 'priceOf' | 'whyNoPrice'>;

/** A tariff day with its colour and what it cost. */
export interface RatedDay extends MeteredDay, MeteredCost {
  readonly whole: MeteredBand;
  readonly colour: TempoColour | null;
  readonly colourState: 'provisional' | 'final' | null;
}

/** What several days, or one band of them, come to. */
export interface EnergySum {
  readonly colour: TempoColour | null;
  readonly band: TariffBand | null;
  /** Days that something was read of, or that are down. */
  readonly days: number;
  readonly mwh: number;
  readonly estimatedMwh: number;
  /** Days of which nothing is known: they cost nothing. */
  readonly downDays: number;
  /** Of the days whose price is known. */
  readonly microEuros: number;
  readonly unpricedDays: number;
}

type SumOf = Pick<EnergySum, 'colour' | 'band'>;

export function rateDay(day: MeteredDay, knowledge: DayRating): RatedDay {
  const known = knowledge.colourOf(day.day);
  return {
    ...day,
    ...costOfDay(day, knowledge),
    whole: wholeDay(day),
    colour: known?.colour ?? null,
    colourState: known?.state ?? null,
  };
}

/** All days together. */
export function sumDays(days: readonly RatedDay[], of: SumOf = { colour: null, band: null }): EnergySum {
  return sumParts(
    of,
    days.map(({ whole, microEuros }) => ({ part: whole, microEuros })),
  );
}

/** By colour, those that there are; days of which it is not known at the end, with null. */
export function sumByColour(days: readonly RatedDay[]): readonly EnergySum[] {
  return [...tempoColours, null].flatMap((colour) => {
    const those = days.filter((day) => day.colour === colour);
    return those.length === 0 ? [] : [sumDays(those, { colour, band: null })];
  });
}

/**
 * By band. A day is rounded once: its peak hours are what they cost by themselves, and the rest of the day’s cost is
 * that of its off-peak hours, so that both add up to the day.
 */
export function sumByBand(days: readonly RatedDay[], knowledge: DayRating): readonly EnergySum[] {
  return tariffBands.map((band) =>
    sumParts(
      { colour: null, band },
      days.map((day) => ({ part: day.bands[band], microEuros: costOfBand(day, band, knowledge) })),
    ),
  );
}

function costOfBand(day: RatedDay, band: TariffBand, knowledge: DayRating): number | null {
  if (day.microEuros === null) return null;
  const mwh = day.bands.peak.mwh ?? 0;
  const microEurosPerKwh = mwh === 0 ? 0 : (knowledge.priceOf(day.day, 'peak') ?? 0);
  const peak = costInMicroEuros([{ mwh, microEurosPerKwh }]);
  return band === 'peak' ? peak : day.microEuros - peak;
}

interface Part {
  readonly part: MeteredBand;
  readonly microEuros: number | null;
}

function sumParts(of: SumOf, parts: readonly Part[]): EnergySum {
  let [days, mwh, estimatedMwh, downDays, microEuros, unpricedDays] = [0, 0, 0, 0, 0, 0];
  for (const { part, microEuros: cost } of parts) {
    if (part.kind !== null) days += 1;
    if (part.kind === 'down') downDays += 1;
    mwh += part.mwh ?? 0;
    estimatedMwh += part.estimatedMwh;
    microEuros += cost ?? 0;
    if (cost === null) unpricedDays += 1;
  }
  return { ...of, days, mwh, estimatedMwh, downDays, microEuros, unpricedDays };
}
