import { costInMicroEuros } from './micro-euros.ts';
import { tariffBands, type TariffBand } from './tariff-band.ts';
import { addDays, type TempoDay } from './tempo-day.ts';
import type { TempoKnowledge } from './tempo-knowledge.ts';

/**
 * Under this name the store keeps what the meter of the server counted. It is one account, which goes on when another
 * plug takes the place of the first.
 */
export const serverAccount = 'server';

/**
 * `measured`: all of it was read. `estimated`: some of it was spread over a time in which nothing was read. `down`:
 * nothing is known of it. null: nothing of it was read, as of bands that have not begun.
 */
export type MeteredQuality = 'measured' | 'estimated' | 'down' | null;

/** A stretch of a band, as the store has it. */
export interface MeteredStretch {
  readonly day: TempoDay;
  readonly band: TariffBand;
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: 'measured' | 'estimated' | 'down';
  /** Whole; null exactly when it is down. */
  readonly mwh: number | null;
}

/** What is known of one band of a tariff day. */
export interface MeteredBand {
  /** Whole; null exactly when it is down. */
  readonly mwh: number | null;
  /** Of that, what was spread. */
  readonly estimatedMwh: number;
  /** How much of its time is accounted for, down or not. */
  readonly coveredMs: number;
  readonly kind: MeteredQuality;
}

export interface MeteredDay {
  readonly day: TempoDay;
  readonly bands: Readonly<Record<TariffBand, MeteredBand>>;
}

/** What a tariff day, or one band of it, cost; null: a price is not known, and the problem says which. */
export interface MeteredCost {
  readonly microEuros: number | null;
  /** For people; null where the cost is known. */
  readonly problem: string | null;
}

type Prices = Pick<TempoKnowledge, 'priceOf' | 'whyNoPrice'>;

const nothing: MeteredBand = { mwh: 0, estimatedMwh: 0, coveredMs: 0, kind: null };

/** A day of which nothing was read. */
export function unreadDay(day: TempoDay): MeteredDay {
  return { day, bands: { peak: nothing, 'off-peak': nothing } };
}

/** The days that the stretches lie in, in order. */
export function meteredDays(stretches: readonly MeteredStretch[]): readonly MeteredDay[] {
  const days = new Map<TempoDay, Record<TariffBand, MeteredBand>>();
  for (const stretch of stretches) {
    const bands = days.get(stretch.day) ?? { ...unreadDay(stretch.day).bands };
    bands[stretch.band] = withStretch(bands[stretch.band], stretch);
    days.set(stretch.day, bands);
  }
  return [...days].sort(([left], [right]) => (left < right ? -1 : 1)).map(([day, bands]) => ({ day, bands }));
}

/** Every tariff day from first to last, both included, in order: also those of which nothing was read. */
export function everyDay(
  days: readonly MeteredDay[],
  { first, last }: { readonly first: TempoDay; readonly last: TempoDay },
): readonly MeteredDay[] {
  const known = new Map(days.map((one) => [one.day, one]));
  const all: MeteredDay[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) all.push(known.get(day) ?? unreadDay(day));
  return all;
}

/** Both bands together; down only where nothing is known of either. */
export function wholeDay({ bands }: MeteredDay): MeteredBand {
  return tariffBands.map((band) => bands[band]).reduce(bothOf);
}

/**
 * What the energy of a tariff day cost, rounded once. What is down costs nothing, and what took no energy needs no
 * price.
 */
export function costOfDay({ day, bands }: MeteredDay, prices: Prices): MeteredCost {
  const energies: { mwh: number; microEurosPerKwh: number }[] = [];
  for (const band of tariffBands) {
    const { mwh } = bands[band];
    if (mwh === null || mwh === 0) continue;
    const microEurosPerKwh = prices.priceOf(day, band);
    if (microEurosPerKwh === undefined) return { microEuros: null, problem: prices.whyNoPrice(day, band) };
    energies.push({ mwh, microEurosPerKwh });
  }
  return { microEuros: costInMicroEuros(energies), problem: null };
}

function withStretch(known: MeteredBand, { kind, mwh, startMs, endMs }: MeteredStretch): MeteredBand {
  const estimatedMwh = kind === 'estimated' ? (mwh ?? 0) : 0;
  return bothOf(known, { mwh, estimatedMwh, coveredMs: endMs - startMs, kind });
}

function bothOf(one: MeteredBand, other: MeteredBand): MeteredBand {
  const coveredMs = one.coveredMs + other.coveredMs;
  if (one.kind === null) return { ...other, coveredMs };
  if (other.kind === null) return { ...one, coveredMs };
  if (one.kind === 'down' && other.kind === 'down') return { ...one, coveredMs };
  const isEstimated = one.kind === 'estimated' || other.kind === 'estimated';
  return {
    mwh: (one.mwh ?? 0) + (other.mwh ?? 0),
    estimatedMwh: one.estimatedMwh + other.estimatedMwh,
    coveredMs,
    kind: isEstimated ? 'estimated' : 'measured',
  };
}
