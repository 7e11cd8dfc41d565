import { Type } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { serverAccount } from '../../core/metered-day.ts';
import { tariffBands } from '../../core/tariff-band.ts';
import { addDays, isTempoDay, tempoDayAt, type TempoDay } from '../../core/tempo-day.ts';
import { tempoColours } from '../../core/tempo-rules.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import { accountDays } from './meter/metered-account.ts';
import type { MeterWatch } from './meter/meter-watch.ts';
import {
  rateDay,
  sumByBand,
  sumByColour,
  sumDays,
  type DayRating,
  type EnergySum,
  type RatedDay,
} from './meter/rate-days.ts';

export interface MeterCommandPorts {
  readonly clock: Clock;
  readonly store: StorePort<'listMetered' | 'getMeterMark'>;
  /** undefined: no meter is configured. */
  readonly watch: Pick<MeterWatch, 'unstored' | 'sight'> | undefined;
  readonly knowledge: DayRating;
}

/** Shown unless said, today among them. */
const daysDefault = 30;
const dayPattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
const kinds = ['measured', 'estimated', 'down', null];
const colours = [...tempoColours, null];
const answerMsMax = 60_000;

const day = (description: string) => Type.String({ description, pattern: dayPattern, maxLength: 10 });
const mwh = (description: string) => Type.Integer({ description: `${description}, mWh` });
const microEuros = (description: string) =>
  Type.Integer({ description: `${description}, millionths of a euro` });
const kind = Type.Unsafe<'measured' | 'estimated' | 'down' | null>({
  type: ['string', 'null'],
  enum: kinds,
  description: 'estimated: in part spread over a time without readings; down: not known; null: not read yet',
});
const colour = Type.Unsafe<(typeof tempoColours)[number] | null>({
  type: ['string', 'null'],
  enum: colours,
  description: 'null: not known, or of all',
});
const band = Type.Unsafe<(typeof tariffBands)[number] | null>({
  type: ['string', 'null'],
  enum: [...tariffBands, null],
  description: 'peak: 06:00 to 22:00; null: of both',
});

const bandFacts = closed({
  mwh: nullable(mwh('What it took; null: not known')),
  estimatedMwh: mwh('Of that, what was spread over a time without readings'),
  coveredMs: duration({ description: 'Of its time, what is accounted for' }),
  kind,
});
const sumFacts = closed({
  ...{ colour, band },
  days: Type.Integer({ description: 'Days that were read, or are down' }),
  mwh: mwh('What it took'),
  estimatedMwh: mwh('Of that, what was spread'),
  downDays: Type.Integer({ description: 'Days of which nothing is known: they cost nothing' }),
  microEuros: microEuros('Cost of the days whose price is known'),
  unpricedDays: Type.Integer({ description: 'Days whose price is not known' }),
});

/** Answers that go on at `next` of the same range. */
function nextPage(answer: unknown): Readonly<Record<string, string>> | undefined {
  const { next, last } = answer as { readonly next: string | null; readonly last: string };
  return next === null ? undefined : { from: next, to: last };
}

const energy = defineCommand({
  id: 'server.energy',
  summary: 'What the server took and cost: by tariff day, by band, or by colour',
  scope: 'read',
  input: closed({
    from: Type.Optional(day(`First tariff day, such as 2026-11-01; ${daysDefault} days unless said`)),
    to: Type.Optional(day('Last tariff day, in it; today unless said')),
    by: oneOf(['day', 'band', 'colour'], {
      default: 'day',
      description: 'What it is added up by',
    }),
    limit: Type.Integer({
      default: limits.serverDaysDefault,
      minimum: 1,
      maximum: limits.serverDaysMax,
      description: 'Days in one answer at most',
    }),
  }),
  output: closed({
    first: Type.String({ description: 'First tariff day, 06:00 to 06:00' }),
    last: Type.String({ description: 'Last tariff day, in it' }),
    by: oneOf(['day', 'band', 'colour']),
    days: Type.Array(
      closed({
        day: Type.String(),
        isOpen: Type.Boolean({ description: 'It is not over yet' }),
        colour,
        colourState: Type.Unsafe<'provisional' | 'final' | null>({
          type: ['string', 'null'],
          enum: ['provisional', 'final', null],
        }),
        bands: closed({ peak: bandFacts, 'off-peak': bandFacts }),
        mwh: nullable(mwh('Of both bands; null: it is down')),
        estimatedMwh: mwh('Of that, what was spread'),
        kind,
        microEuros: nullable(microEuros('Cost, rounded once; null: a price is not known')),
        problem: nullable(Type.String({ description: 'Why there is no cost' })),
      }),
      { description: 'By day, oldest first; otherwise none' },
    ),
    sums: Type.Array(sumFacts, { description: 'By band or colour; otherwise none' }),
    total: sumFacts,
    firstDay: nullable(Type.String({ description: 'The first day of the account; null: it was never read' })),
    countedToMs: nullable(instant({ description: 'Up to where the meter was read' })),
    restarts: Type.Integer({ description: 'How often the meter was found to have begun anew' }),
    next: nullable(Type.String({ description: 'There is more: ask again with this as `from`' })),
  }),
  http: { method: 'GET', path: '/api/v1/server/energy', nextPage, answerMsMax },
  cli: { verb: 'server energy', list: 'days' },
  run: async (ports: MeterCommandPorts, input) => {
    const { watch, store, knowledge } = ports;
    if (watch === undefined) throw unmetered();
    const today = tempoDayAt(ports.clock.wall());
    const range = rangeOf(input.from, input.to, today);
    const metered = await accountDays(store, () => watch.unstored, range);
    const days = metered.map((one) => rateDay(one, knowledge));
    const { by, limit } = input;
    const shown = by === 'day' ? days.slice(0, limit) : [];
    const next = by === 'day' ? days[limit]?.day : undefined;
    return {
      ...range,
      by,
      days: shown.map((one) => describeDay(one, today)),
      sums: [...sumsBy(by, days, knowledge)],
      total: sumDays(days),
      ...(await progress(ports, watch)),
      next: next ?? null,
    };
  },
});

export const meterCommands = [energy] as const;

/** The commands about what the server took, with what they need. */
export function bindMeterCommands(ports: MeterCommandPorts): readonly BoundCommand[] {
  return [bindCommand(energy, ports)];
}

/** Errors: those of the store. */
async function progress(
  { store }: MeterCommandPorts,
  { sight }: Pick<MeterWatch, 'sight'>,
): Promise<{ firstDay: string | null; countedToMs: number | null; restarts: number }> {
  const mark = sight.mark ?? (await store.call('getMeterMark', serverAccount));
  if (mark === undefined) return { firstDay: null, countedToMs: null, restarts: 0 };
  return { firstDay: mark.firstDay, countedToMs: mark.atMs, restarts: mark.restarts };
}

function sumsBy(
  by: 'day' | 'band' | 'colour',
  days: readonly RatedDay[],
  knowledge: DayRating,
): readonly EnergySum[] {
  if (by === 'day') return [];
  return by === 'band' ? sumByBand(days, knowledge) : sumByColour(days);
}

function unmetered(): GatewayError {
  return new GatewayError('not_found', 'no server is metered', {
    hint: 'name the plug it hangs on as server.meter: docs/server.md says how',
  });
}

/** Errors: `input_invalid`. */
function rangeOf(
  from: string | undefined,
  to: string | undefined,
  today: TempoDay,
): { readonly first: TempoDay; readonly last: TempoDay } {
  const last = to === undefined ? today : realDay('to', to);
  const first = from === undefined ? addDays(last, 1 - daysDefault) : realDay('from', from);
  if (first > last) throw invalid('from', `from (${first}) must not be after to (${last})`);
  if (last > today) throw invalid('to', `to (${last}) is in the future: today’s tariff day is ${today}`);
  if (addDays(first, limits.serverDaysMax) <= last)
    throw invalid('from', `${first} to ${last} are more than ${limits.serverDaysMax} days`);
  return { first, last };
}

function realDay(property: string, text: string): TempoDay {
  if (isTempoDay(text)) return text;
  throw invalid(property, `${property}: ${text} is no day of the calendar`);
}

function invalid(property: string, message: string): GatewayError {
  return new GatewayError('input_invalid', message, {
    hint: 'give days such as 2026-11-01, from the first to the last',
    facts: { property },
  });
}

function describeDay({ whole, ...one }: RatedDay, today: TempoDay) {
  const { mwh: ofBoth, estimatedMwh, kind: quality } = whole;
  return {
    ...{ day: one.day, isOpen: one.day === today, colour: one.colour, colourState: one.colourState },
    bands: { peak: { ...one.bands.peak }, 'off-peak': { ...one.bands['off-peak'] } },
    ...{ mwh: ofBoth, estimatedMwh, kind: quality, microEuros: one.microEuros, problem: one.problem },
  };
}
