import { eurosText, kwhText } from '../../core/micro-euros.ts';
import { meteredDays, serverAccount, unreadDay } from '../../core/metered-day.ts';
import { tariffBands, type TariffBand } from '../../core/tariff-band.ts';
import type { TempoDay } from '../../core/tempo-day.ts';
import type { KnownTempoDay } from '../../core/tempo-knowledge.ts';
import type { StoredDerogation } from '../../storage/member-calls.ts';
import type { MeteredInterval } from '../../storage/server-calls.ts';
import type { StoredTempoDay } from '../../storage/tempo-calls.ts';
import { clockText } from './derogation-window.ts';
import type { MembersPorts } from './members-ports.ts';
import { instantsOf, rateDay, type RatedDay } from './rated-days.ts';

/** One stretch of the meter, with its price. */
export interface ExplainedInterval extends MeteredInterval {
  readonly microEurosPerKwh: number | null;
}

/** How the amounts of a tariff day come about. */
export interface DayExplanation {
  readonly rated: RatedDay;
  /** As it was said; undefined: nobody has said it. */
  readonly colour: StoredTempoDay | undefined;
  /** What the day goes by, said or by the calendar; undefined: it is not known. */
  readonly known: KnownTempoDay | undefined;
  /** Whole micro-euros per kWh; null: not known. */
  readonly prices: Readonly<Record<TariffBand, number | null>>;
  readonly priceSource: string | null;
  readonly intervals: readonly ExplainedInterval[];
  /** Those that were taken back, too. */
  readonly derogations: readonly StoredDerogation[];
  /** All of it in words and numbers, one step a line. */
  readonly lines: readonly string[];
}

/** Errors: those of the store. */
export async function explainDay(
  { store, tempo }: Pick<MembersPorts, 'store' | 'tempo'>,
  day: TempoDay,
): Promise<DayExplanation> {
  const range = { first: day, last: day };
  const { intervals } = await store.call('listMetered', { meter: serverAccount, daysMax: 1, ...range });
  const derogations = await store.call('listDerogations', { ...instantsOf(range), withRemoved: true });
  const presences = await store.call('listPresences');
  const [stored] = await store.call('listTempoDays', range);
  const priceOf = (band: TariffBand): number | null => tempo.priceOf(day, band) ?? null;
  const explained = {
    rated: rateDay(meteredDays(intervals)[0] ?? unreadDay(day), { tempo, presences, derogations }),
    colour: stored,
    known: tempo.colourOf(day),
    prices: { peak: priceOf('peak'), 'off-peak': priceOf('off-peak') },
    priceSource: tempo.priceSourceOf?.(day) ?? null,
    intervals: intervals.map((one) => ({ ...one, microEurosPerKwh: priceOf(one.band) })),
    derogations,
  };
  return { ...explained, lines: linesOf(explained) };
}

function linesOf(explained: Omit<DayExplanation, 'lines'>): readonly string[] {
  const { rated, priceSource, intervals } = explained;
  return [
    `tariff day ${rated.day}: ${instantText(rated.day)}`,
    ...colourLines(explained),
    ...(priceSource === null ? [] : [`prices: ${priceSource}`]),
    ...(intervals.length === 0 ? ['nothing was read of the meter'] : intervals.map(intervalLine)),
    ...costLines(explained),
    ...derogationLines(explained.derogations),
    ...shareLines(rated),
  ];
}

function instantText(day: TempoDay): string {
  const { fromMs, toMs } = instantsOf({ first: day, last: day });
  return `${clockText(fromMs)} to ${clockText(toMs)}`;
}

function colourLines({ colour, known }: Omit<DayExplanation, 'lines'>): readonly string[] {
  if (colour === undefined)
    return [
      known === undefined
        ? 'colour: not known'
        : `colour: ${known.colour}, ${known.state}, ${byWhom(known.provider)}`,
    ];
  const said = (one: Omit<StoredTempoDay, 'day' | 'before'>): string =>
    `${one.colour}, ${one.state}, ${byWhom(one.provider)} at ${clockText(one.heardMs)}`;
  return [`colour: ${said(colour)}`, ...colour.before.map((one) => `colour before: ${said(one)}`)];
}

function byWhom(provider: string): string {
  return provider === 'by hand' ? provider : `by ${provider}`;
}

function intervalLine({ band, startMs, endMs, kind, mwh, ...totals }: ExplainedInterval): string {
  const { startTotalMwh, endTotalMwh, microEurosPerKwh } = totals;
  const times = `${band} ${clockText(startMs)} to ${clockText(endMs)}, ${kind}`;
  if (mwh === null) return `${times}: nothing is known`;
  const counted =
    startTotalMwh === null || endTotalMwh === null
      ? ''
      : `${kwhText(endTotalMwh)} kWh - ${kwhText(startTotalMwh)} kWh = `;
  const price = microEurosPerKwh === null ? '' : ` at ${eurosText(microEurosPerKwh)} EUR/kWh`;
  return `${times}: ${counted}${kwhText(mwh)} kWh${price}`;
}

function costLines({ rated, prices }: Omit<DayExplanation, 'lines'>): readonly string[] {
  const { bands } = rated.metered;
  const sums = tariffBands.flatMap((band) => {
    const { mwh } = bands[band];
    if (mwh === null) return [];
    const price = prices[band];
    const product = price === null ? '' : ` x ${eurosText(price)} EUR/kWh = ${exactText(mwh, price)} EUR`;
    return [`${band} together: ${kwhText(mwh)} kWh${product}`];
  });
  const { microEuros, problem } = rated.cost;
  const cost =
    microEuros === null
      ? `cost: not known: ${problem ?? ''}`
      : `cost, rounded once: ${eurosText(microEuros)} EUR`;
  return [...sums, `day together: ${kwhText(rated.whole.mwh ?? 0)} kWh`, cost];
}

function derogationLines(derogations: readonly StoredDerogation[]): readonly string[] {
  return derogations.map(({ id, member, startMs, endMs, removedWhy }) => {
    const taken = removedWhy === null ? '' : `, does not count: ${removedWhy}`;
    return `derogation ${id} of ${member}: ${clockText(startMs)} to ${clockText(endMs)}${taken}`;
  });
}

function shareLines({ basis, present, shares, cost, whole }: RatedDay): readonly string[] {
  const there = `members there: ${present.length === 0 ? 'nobody' : present.join(', ')}`;
  if (basis === 'unassigned') return [there, `unassigned: ${amountText({ mwh: whole.mwh ?? 0, ...cost })}`];
  const whom = basis === 'derogations' ? 'the holders of derogations' : 'the members there';
  return [
    there,
    `shared equally among ${whom}: ${shares.size}; what is left over goes to the earliest id`,
    ...[...shares].map(([id, share]) => `share of ${id}: ${amountText(share)}`),
  ];
}

function amountText({
  mwh,
  microEuros,
}: {
  readonly mwh: number;
  readonly microEuros: number | null;
}): string {
  return `${kwhText(mwh)} kWh, ${microEuros === null ? 'cost not known' : `${eurosText(microEuros)} EUR`}`;
}

/** Euros with all twelve decimals. */
function exactText(mwh: number, microEurosPerKwh: number): string {
  const exact = BigInt(mwh) * BigInt(microEurosPerKwh);
  const digits = String(exact < 0n ? -exact : exact).padStart(13, '0');
  return `${exact < 0n ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}
