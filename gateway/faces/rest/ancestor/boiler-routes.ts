import { ok, type AncestorRequest, type AncestorRoute, type DescribedFields } from './ancestor-route.ts';
import { boilerChart } from './boiler-chart.ts';
import {
  inputsByField,
  readAlertMinutes,
  readBoiler,
  readMinuteField,
  readMinutes,
  readRawField,
  type BoilerFacts,
} from './boiler-facts.ts';
import {
  hoursOf,
  minuteFieldOf,
  minuteHoursMax,
  rawFieldOf,
  rawHoursMax,
  stretchOf,
  zoneOf,
  type MinuteField,
  type RawField,
} from './boiler-request.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const answerMsMax = 60_000;
const pairs: DescribedFields = { '[]': 'array - [ms, value]: UTC epoch ms; null where nothing was read' };

const rawFields = Object.keys(inputsByField) as readonly RawField[];

/** A GET for whoever may read. */
function reading(route: Pick<AncestorRoute, 'path' | 'summary' | 'returns' | 'answer'>): AncestorRoute {
  return { method: 'GET', scope: 'read', answerMsMax, ...route };
}

function minutesUntilNow(
  path: string,
  fieldOf: (params: AncestorRequest['params']) => string,
): AncestorRoute {
  return reading({
    path,
    summary: `A column of the boiler's minutes of the last hours (1 to ${minuteHoursMax})`,
    returns: pairs,
    answer: async (request) => {
      const [field, hours] = [minuteFieldOf(fieldOf(request.params)), hoursOf(request, minuteHoursMax)];
      const toMs = await nowOf(request);
      return ok(await readMinuteField(request, field, { fromMs: toMs - hours * hourMs, toMs }));
    },
  });
}

/** The data of the boiler monitor chaudiere, at its paths, with true times. */
export const boilerRoutes: readonly AncestorRoute[] = [
  minutesUntilNow('/webapi/getminute/:hours/:type', ({ type = '' }) => type),
  minutesUntilNow('/webapi/getminute/:hours/:type/:n', ({ type = '', n = '' }) => `${type}${n}`),
  reading({
    path: '/webapi/getminutehistory/:year/:month/:day/:hour/:hours/:field',
    summary: `A column of the boiler's minutes of the hours (1 to ${minuteHoursMax}) before a local time`,
    returns: pairs,
    answer: async (request) => {
      const field = minuteFieldOf(request.params['field'] ?? '');
      return ok(await readMinuteField(request, field, stretchOf(request, 'before', await zoneOf(request))));
    },
  }),
  reading({
    path: '/webapi/getchaudiere/:hours/:field',
    summary: `A column of the boiler's readings of the last hours (1 to ${rawHoursMax}), as long as they are kept`,
    returns: pairs,
    answer: async (request) => {
      const [field, hours] = [rawFieldOf(request.params['field'] ?? ''), hoursOf(request, rawHoursMax)];
      return ok(await readRawField(request, field, hours));
    },
  }),
  reading({
    path: '/webapi/getchaudiere/last',
    summary: 'The boiler now',
    returns: { '[]': 'ms, temp0..temp3, watt0..watt3, phase, change, event, id (event and id are null)' },
    answer: async (request) => ok(lastRow(await readBoiler(request))),
  }),
  reading({
    path: '/webapi/live.json',
    summary: 'The water now',
    returns: { '[]': 'ms, temp0' },
    answer: async (request) => {
      const [ms, water] = lastRow(await readBoiler(request));
      return ok([ms, water]);
    },
  }),
  reading({
    path: '/charts/api_chart_data/:template/:year/:month/:day/:hour/:minute/:hours',
    summary: `The chart of the hours (1 to ${minuteHoursMax}) from a local time on, as Highcharts takes it`,
    returns: {
      title: 'object - text',
      xAxis: 'object - plotBands: the phases',
      yAxis: 'object - softMin, softMax',
      time: 'object - timezone',
      exporting: 'object - filename',
      series: 'array - water, flue, alerts',
    },
    answer: async (request) => {
      const zone = await zoneOf(request);
      const stretch = stretchOf(request, 'after', zone);
      const rows = await readMinutes(request, stretch);
      return ok(boilerChart(rows, await readAlertMinutes(request, stretch), zone));
    },
  }),
  ...['/monitor', '/monitor/'].map((path) =>
    reading({
      path,
      summary: 'The coldest water of the last 24 hours, 7 days and 14 days',
      returns: { minima: 'array - hours, temp0, ms (start of the hour in which it was that)' },
      answer: async (request) => {
        const { minima } = await readBoiler(request);
        return ok({ minima: minima.map(({ hours, waterC, atMs }) => ({ hours, temp0: waterC, ms: atMs })) });
      },
    }),
  ),
];

async function nowOf({ run }: Pick<AncestorRequest, 'run'>): Promise<number> {
  const { atMs } = (await run('system.show')) as { readonly atMs: number };
  return atMs;
}

/** What cannot be seen now is null. Its rows had numbers, which ours have not. */
function lastRow({ inputs, code, sinceMs }: BoilerFacts): readonly (number | boolean | null)[] {
  const times = inputs.flatMap(({ atMs, problem }) => (atMs === null || problem !== null ? [] : [atMs]));
  const ms = times.length === 0 ? null : Math.max(...times);
  const isChange = ms !== null && sinceMs !== null && sinceMs > ms - minuteMs;
  return [ms, ...rawFields.map((field) => currentOf(inputs, field)), code, isChange, null, null];
}

function currentOf(inputs: BoilerFacts['inputs'], field: MinuteField & RawField): number | null {
  const found = inputs.find(({ input }) => input === inputsByField[field]);
  if (found === undefined || found.problem !== null || found.value === null) return null;
  if (found.isOn === null) return found.value;
  return found.isOn ? Math.max(1, Math.round(found.value)) : 0;
}
