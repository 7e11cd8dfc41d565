import { tempoColours } from './card.ts';
import type { EnergyDay } from './server-types.ts';
import type { TempoColour } from './tempo-types.ts';

/** What days of one colour add up to. */
export interface ColourSum {
  /** `unknown`: days whose colour is not known. */
  readonly colour: TempoColour | 'unknown' | 'all';
  readonly days: number;
  readonly peakMwh: number;
  readonly offPeakMwh: number;
  readonly estimatedMwh: number;
  /** Of the days that have a price. */
  readonly microEuros: number;
  /** Days whose price is not known. */
  readonly unpriced: number;
  /** Days of which nothing is known. */
  readonly down: number;
}

/** By colour, only those that there are, and all together at the end. */
export function sumByColour(days: readonly EnergyDay[]): readonly ColourSum[] {
  const of = (colour: ColourSum['colour'], those: readonly EnergyDay[]): ColourSum[] =>
    those.length === 0 ? [] : [sumOf(colour, those)];
  return [
    ...tempoColours.flatMap((colour) =>
      of(
        colour,
        days.filter((day) => day.colour === colour),
      ),
    ),
    ...of(
      'unknown',
      days.filter(({ colour }) => colour === null),
    ),
    ...of('all', days),
  ];
}

function sumOf(colour: ColourSum['colour'], days: readonly EnergyDay[]): ColourSum {
  const sum = { peakMwh: 0, offPeakMwh: 0, estimatedMwh: 0, microEuros: 0, unpriced: 0, down: 0 };
  for (const day of days) {
    const { peak, 'off-peak': offPeak } = day.bands;
    sum.peakMwh += peak.mwh ?? 0;
    sum.offPeakMwh += offPeak.mwh ?? 0;
    sum.estimatedMwh += peak.estimatedMwh + offPeak.estimatedMwh;
    sum.microEuros += day.microEuros ?? 0;
    if (isDown(day)) sum.down += 1;
    else if (day.microEuros === null) sum.unpriced += 1;
  }
  return { colour, days: days.length, ...sum };
}

/** Nothing is known of either band. */
export function isDown({ bands }: EnergyDay): boolean {
  return bands.peak.mwh === null && bands['off-peak'].mwh === null;
}
