import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { tariffBandAt, tariffBandInterval, tariffBands } from '../../core/tariff-band.ts';
import { addDays, isTempoDay, tempoDayAt, tempoSeasonOf, type TempoDay } from '../../core/tempo-day.ts';
import type { TempoKnowledge } from '../../core/tempo-knowledge.ts';
import { seasonDaysOf, tempoColours, type TempoColour } from '../../core/tempo-rules.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf, oneOfOrNull, ratio } from '../schema.ts';
import type { ColourBook } from './tempo/colour-book.ts';
import { givenDay } from './tempo/given-day.ts';

export interface TempoCommandPorts {
  readonly clock: Clock;
  readonly book: ColourBook;
  readonly known: TempoKnowledge;
}

/** Of one answer: about three seasons. */
const daysMax = 1_100;
/** The tariff’s first season with days that providers know. */
const firstDayEver = '2014-09-01';
const states = ['provisional', 'final'] as const;

const dayText = Type.String({ description: 'A tariff day, 06:00–06:00 in France' });
const colourOutput = oneOfOrNull(tempoColours, { description: 'null while it is not known' });
const stateOutput = oneOfOrNull(states, { description: 'A provisional colour may still change' });
const providerOutput = nullable(
  Type.String({ description: 'Who said it: a provider, by hand, or the calendar, which leaves no other' }),
);

const dayNow = closed({
  day: dayText,
  colour: colourOutput,
  state: stateOutput,
  provider: providerOutput,
  possible: Type.Array(oneOf(tempoColours), { description: 'Colours that it can have' }),
  odds: closed({ blue: ratio(), white: ratio(), red: ratio() }),
});

const quotas = Type.Array(
  closed({
    colour: oneOf(tempoColours),
    total: Type.Integer({ description: 'Days of the season' }),
    used: Type.Integer({ description: 'That are known, to today, or tomorrow where that is known' }),
    left: Type.Integer(),
  }),
);

const status = defineCommand({
  id: 'tempo.status',
  summary: 'Tempo today and tomorrow: colours, what they can be, the price now and the days left',
  scope: 'read',
  input: closed({}),
  output: closed({
    season: Type.String(),
    today: dayNow,
    tomorrow: dayNow,
    band: oneOf(tariffBands),
    bandEndMs: instant({ description: 'When the band ends' }),
    microEurosPerKwh: nullable(Type.Integer({ description: 'What a kWh costs in this band' })),
    problem: nullable(Type.String({ description: 'Why there is no price' })),
    quotas,
    unknownDays: Type.Integer({ description: 'Days of the season before today of which nothing is known' }),
  }),
  http: { method: 'GET', path: '/api/v1/tempo' },
  cli: { verb: 'tempo status' },
  run: ({ clock, book, known }: TempoCommandPorts) => {
    const nowMs = clock.wall();
    const { day, band } = tariffBandAt(nowMs);
    const tomorrow = addDays(day, 1);
    const price = known.priceOf(day, band);
    return {
      season: tempoSeasonOf(day).label,
      today: describeNow(book, day),
      tomorrow: describeNow(book, tomorrow),
      band,
      bandEndMs: tariffBandInterval(day, band).endMs,
      microEurosPerKwh: price ?? null,
      problem: price === undefined ? known.whyNoPrice(day, band) : null,
      ...quotasOf(book, day, book.said(tomorrow) === undefined ? day : tomorrow),
    };
  },
});

const calendarDay = closed({
  day: dayText,
  colour: colourOutput,
  state: stateOutput,
  provider: providerOutput,
  heardMs: nullable(instant({ description: 'When it was said' })),
  redProbability: ratio({ description: 'Exactly 0 or 1 where it is known or certain' }),
  corrections: Type.Array(
    closed({
      colour: oneOf(tempoColours),
      provider: Type.String(),
      state: oneOf(states),
      heardMs: instant(),
    }),
    { description: 'What was believed before, oldest first' },
  ),
});

const calendar = defineCommand({
  id: 'tempo.calendar',
  summary: 'The colours of a season’s days, who said each and what was corrected',
  scope: 'read',
  input: closed({
    season: Type.Optional(
      Type.String({ maxLength: 20, description: 'As 2025-2026; the one of today unless said' }),
    ),
    from: Type.Optional(Type.String({ maxLength: 20, description: 'First day, instead of a season' })),
    to: Type.Optional(Type.String({ maxLength: 20, description: 'Last day, which is in it' })),
  }),
  output: closed({
    season: Type.String({ description: 'Of the first day' }),
    days: Type.Array(calendarDay, { description: 'Ascending, each day of the range' }),
    quotas,
    unknownDays: Type.Integer({ description: 'Days of the season before today of which nothing is known' }),
  }),
  http: { method: 'GET', path: '/api/v1/tempo/days' },
  cli: { verb: 'tempo calendar', list: 'days' },
  run: ({ clock, book }: TempoCommandPorts, input) => {
    const today = tempoDayAt(clock.wall());
    const { first, last } = rangeOf(input, today);
    const days: Static<typeof calendarDay>[] = [];
    for (let day = first; day <= last; day = addDays(day, 1)) days.push(describeDay(book, day));
    const tomorrow = addDays(today, 1);
    const until = book.said(tomorrow) === undefined ? today : tomorrow;
    return { season: tempoSeasonOf(first).label, days, ...quotasOf(book, first, until) };
  },
});

const setColour = defineCommand({
  id: 'tempo.set-colour',
  summary: 'Say the colour of a day by hand; it holds until a provider says the same as final',
  scope: 'admin',
  input: closed({
    day: Type.String({ maxLength: 20, description: 'A day such as 2026-01-12' }),
    colour: oneOf(tempoColours),
  }),
  output: calendarDay,
  http: { method: 'PUT', path: '/api/v1/tempo/days/:day' },
  cli: { verb: 'tempo set', positionals: ['day', 'colour'] },
  run: async ({ clock, book }: TempoCommandPorts, { day: text, colour }) => {
    const day = givenDay('day', text);
    const { lastDay } = tempoSeasonOf(tempoDayAt(clock.wall()));
    if (day < firstDayEver || day > lastDay)
      throw impossible(`${day} is not from ${firstDayEver} to ${lastDay}`, 'give a day of a season');
    const why = book.whyNot(day, colour);
    if (why !== undefined)
      throw impossible(`${day} cannot be ${colour}: ${why}`, 'check it: egw tempo calendar');
    await book.setByHand(day, colour);
    return describeDay(book, day);
  },
});

export const tempoCommands = [status, calendar, setColour] as const;

/** The commands about colours with what they need. */
export function bindTempoCommands(ports: TempoCommandPorts): readonly BoundCommand[] {
  return [bindCommand(status, ports), bindCommand(calendar, ports), bindCommand(setColour, ports)];
}

function describeNow(book: ColourBook, day: TempoDay): Static<typeof dayNow> {
  const known = book.colourOf(day);
  return {
    day,
    colour: known?.colour ?? null,
    state: known?.state ?? null,
    provider: known?.provider ?? null,
    possible: [...book.coloursOf(day)],
    odds: book.odds(day),
  };
}

function describeDay(book: ColourBook, day: TempoDay): Static<typeof calendarDay> {
  const { colour, state, provider } = book.colourOf(day) ?? {};
  const said = book.said(day);
  return {
    day,
    colour: colour ?? null,
    state: state ?? null,
    provider: provider ?? null,
    heardMs: said?.heardMs ?? null,
    redProbability: book.odds(day).red,
    corrections: [...(said?.before ?? [])],
  };
}

/** Of the season of the day, up to the last one. */
function quotasOf(
  book: ColourBook,
  inSeason: TempoDay,
  last: TempoDay,
): { quotas: Static<typeof quotas>; unknownDays: number } {
  const { firstDay, lastDay } = tempoSeasonOf(inSeason);
  const used: Record<TempoColour, number> = { blue: 0, white: 0, red: 0 };
  let unknownDays = 0;
  for (let day = firstDay; day <= lastDay && day <= last; day = addDays(day, 1)) {
    const known = book.colourOf(day);
    if (known === undefined) unknownDays += 1;
    else used[known.colour] += 1;
  }
  const totals = seasonDaysOf(inSeason);
  return {
    quotas: tempoColours.map((colour) => ({
      colour,
      total: totals[colour],
      used: used[colour],
      left: Math.max(0, totals[colour] - used[colour]),
    })),
    unknownDays,
  };
}

interface GivenRange {
  readonly season?: string;
  readonly from?: string;
  readonly to?: string;
}

interface DayRange {
  readonly first: TempoDay;
  readonly last: TempoDay;
}

function rangeOf({ season, from, to }: GivenRange, today: TempoDay): DayRange {
  if (from === undefined && to === undefined) return seasonRange(season ?? tempoSeasonOf(today).label);
  if (season !== undefined)
    throw impossible('season is given, and from or to', 'give either a season or days');
  const last = to === undefined ? today : givenDay('to', to);
  const first = from === undefined ? tempoSeasonOf(last).firstDay : givenDay('from', from);
  if (first > last) throw impossible(`from (${first}) is after to (${last})`, 'give the earlier one first');
  if (addDays(first, daysMax) <= last)
    throw impossible(`from ${first} to ${last} are more than ${daysMax} days`, 'ask for a season at a time');
  return { first, last };
}

function seasonRange(label: string): DayRange {
  const [, start = '', end = ''] = /^(\d{4})-(\d{4})$/.exec(label) ?? [];
  const [first, last] = [`${start}-09-01`, `${end}-08-31`];
  if (Number(end) === Number(start) + 1 && isTempoDay(first) && isTempoDay(last)) return { first, last };
  throw impossible(`${JSON.stringify(label)} is no season`, 'give two years that follow: 2025-2026');
}

function impossible(message: string, hint: string): GatewayError {
  return new GatewayError('input_invalid', message, { hint });
}
