import t, { type Test } from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { ancestorBench, type AncestorBench } from './ancestor-bench.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nowMs = Date.UTC(2019, 0, 31, 12, 0, 20);
const startMs = Date.UTC(2019, 0, 31, 11, 0);

interface Asked {
  readonly from: string;
  readonly to?: string;
  readonly limit: number;
}

const motor = (mean: number | null): object => ({ mean, isOn: mean === null ? null : mean > 0, n: 12 });
const celsius = (mean: number | null): object => ({ mean, isOn: null, n: 12 });

/** An hour: warm, a gap of 20 minutes, out, and the minute at hand. */
const minutes = Array.from({ length: 61 }, (_, index) => index)
  .filter((index) => index <= 20 || index >= 40)
  .flatMap((index) => [
    ...(index === 40 ? [rowOf(21, { endMs: startMs + 40 * minuteMs, n: 0, code: 0, inputs: {} })] : []),
    rowOf(index, index >= 40 ? { code: 9, inputs: { water: celsius(55), igniter: motor(0) } } : {}),
  ]);

interface Row {
  readonly startMs: number;
  readonly endMs: number;
  readonly isProvisional: boolean;
}

function rowOf(index: number, more: object): Row {
  const rowMs = startMs + index * minuteMs;
  const inputs = {
    water: celsius(61.123_456),
    flue: celsius(null),
    enclosure: celsius(24),
    igniter: motor(0.2),
    primaryFan: motor(1_660.4),
  };
  const base = { startMs: rowMs, endMs: rowMs + minuteMs, code: 6, n: 60, inputs };
  return { ...base, isProvisional: index === 60, ...more };
}

/** What is asked for, two rows a page. */
function page(rows: readonly Row[]) {
  return (input: unknown): object => {
    const { from, to = String(nowMs) } = input as Asked;
    const wanted = rows.filter((row) => row.endMs > Number(from) && row.startMs < Number(to));
    const some = wanted.slice(0, 20);
    const next = wanted.length > some.length ? (some.at(-1)?.endMs ?? null) : null;
    return { fromMs: Number(from), toMs: Number(to), rows: some, next };
  };
}

const input = (name: string, more: object = {}): object => ({
  ...{ input: name, device: `boiler/${name}`, quantity: 'temperature_c', problem: null },
  ...{ value: 61.5, isOn: null, atMs: nowMs - 5_000, ...more },
});

const status = {
  code: 9,
  sinceMs: nowMs - 10_000,
  inputs: [
    input('water'),
    input('flue', { problem: 'it does not answer' }),
    input('igniter', { quantity: 'motor_mv', value: 0, isOn: false }),
    input('primaryFan', { quantity: 'motor_mv', value: 1_660, isOn: true, atMs: nowMs - 3_000 }),
    input('auger', { device: null, quantity: null, value: null, atMs: null, problem: 'not found' }),
  ],
  minima: [{ hours: 24, waterC: 54.5, atMs: startMs }],
};

async function bench(t: Test, more: Parameters<typeof ancestorBench>[1] = {}): Promise<AncestorBench> {
  return await ancestorBench(t, {
    ...more,
    answers: {
      'system.show': () => ({ atMs: nowMs }),
      'config.show': () => ({ site: { zone: 'Europe/Paris' } }),
      'boiler.status': () => status,
      'boiler.minutes': page(minutes),
      'boiler.events': (asked) => ({
        ...(asked as Asked),
        toMs: nowMs,
        events: [
          { kind: 'phase', atMs: startMs },
          { kind: 'alert', atMs: startMs + 41 * minuteMs + 5 },
        ],
        next: null,
      }),
      ...more.answers,
    },
  });
}

type Pair = readonly [number, unknown];

t.test('a column of the last hours, closed minutes only, and a gap is one null', async (t) => {
  const { ask } = await bench(t);
  const { status: code, body } = await ask('GET', '/webapi/getminute/2/temp/0');
  const pairs = body as readonly Pair[];
  t.equal(code, 200);
  t.equal(pairs.length, 21 + 1 + 20, 'the minute at hand is not closed');
  t.same(pairs[0], [startMs, 61.123], 'true UTC');
  t.same(pairs[21], [startMs + 21 * minuteMs, null]);
  t.same(pairs.at(-1), [startMs + 59 * minuteMs, 55]);
  t.same((await ask('GET', '/webapi/getminute/2/temp0')).body, pairs, 'as one word, too');
});

t.test('every column has its value', async (t) => {
  const { ask } = await bench(t);
  const table: readonly (readonly [string, unknown, unknown, unknown])[] = [
    ['temp/0', 61.123, null, 55],
    ['temp/1', null, null, null],
    ['temp/2', 24, null, null],
    ['temp/3', null, null, null],
    ['watt/0', null, null, null],
    ['watt/1', 1, null, 0],
    ['watt/2', 1_660, null, null],
    ['phase', 6, null, 9],
    ['change', false, null, false],
    ['event', null, null, null],
  ];
  for (const [name, warm, gap, out] of table) {
    const pairs = (await ask('GET', `/webapi/getminute/2/${name}`)).body as readonly Pair[];
    t.same([pairs[5]?.[1], pairs[21]?.[1], pairs.at(-1)?.[1]], [warm, gap, out], name);
  }
  const changes = (await ask('GET', '/webapi/getminute/2/change')).body as readonly Pair[];
  t.same(
    changes.filter(([, value]) => value === true),
    [[startMs + 40 * minuteMs, true]],
  );
  const events = (await ask('GET', '/webapi/getminute/2/event')).body as readonly Pair[];
  t.same(
    events.filter(([, value]) => value !== null),
    [[startMs + 41 * minuteMs, '0']],
  );
});

t.test('the change of the first minute is told by the one before it', async (t) => {
  const { ask } = await bench(t);
  const asked = '/webapi/getminutehistory/2019/1/31/12';
  const one = async (hours: number): Promise<readonly Pair[]> =>
    (await ask('GET', `${asked}/${hours}/change`)).body as readonly Pair[];
  t.same(await one(1), [[startMs, false]], 'there is none before it');
  t.ok((await one(24)).every(([atMs]) => atMs >= startMs - 23 * hourMs));
});

t.test('dates are of the home’s clocks, whose days have 23 or 25 hours', async (t) => {
  const { ask, ran } = await bench(t);
  const rangeOf = async (path: string): Promise<readonly string[]> => {
    ran.length = 0;
    t.equal((await ask('GET', path)).status, 200, path);
    const asked = ran.find(({ id }) => id === 'boiler.minutes')?.input as Asked;
    return [asked.from, String(Number(asked.to) - 1)].map((ms) => new Date(Number(ms)).toISOString());
  };
  const day = (path: string): string => `/charts/api_chart_data/now/${path}`;
  t.same(await rangeOf(day('2019/10/27/0/0/24')), ['2019-10-26T22:00:00.000Z', '2019-10-27T23:00:00.000Z']);
  t.same(await rangeOf(day('2019/03/31/0/0/24')), ['2019-03-30T23:00:00.000Z', '2019-03-31T22:00:00.000Z']);
  t.same(await rangeOf(day('2019/1/31/6/40/1')), ['2019-01-31T05:40:00.000Z', '2019-01-31T06:40:00.000Z']);
  t.same(await rangeOf('/webapi/getminutehistory/2019/1/31/6/4/temp0'), [
    '2019-01-31T01:00:00.000Z',
    '2019-01-31T05:00:00.000Z',
  ]);
});

t.test('what is asked for wrongly is named', async (t) => {
  const { ask, ran } = await bench(t);
  const table: readonly (readonly [string, RegExp])[] = [
    ['/webapi/getminute/0/temp/0', /hours must be a whole number from 1 to 840, not "0"/],
    ['/webapi/getminute/841/temp/0', /from 1 to 840/],
    ['/webapi/getminute/1e2/temp/0', /not "1e2"/],
    ['/webapi/getminute/-4/temp/0', /hours/],
    ['/webapi/getminute/4/temp/9', /there is no "temp9": there are temp0/],
    ['/webapi/getminute/4/__class__', /there is no "__class__"/],
    ['/webapi/getminute/4/constructor', /there is no/],
    ['/webapi/getchaudiere/97/temp0', /from 1 to 96/],
    ['/webapi/getchaudiere/4/phase', /phase is known of minutes/],
    ['/webapi/getminutehistory/2019/2/30/0/1/temp0', /2019\/2 has no day 30/],
    ['/webapi/getminutehistory/1999/2/1/0/1/temp0', /year must be/],
    ['/webapi/getminutehistory/2019/13/1/0/1/temp0', /month must be/],
    ['/webapi/getminutehistory/2019/2/1/24/1/temp0', /hour must be/],
    ['/charts/api_chart_data/eval(1)/2019/2/1/0/60/1', /minute must be/],
  ];
  for (const [path, message] of table)
    t.match(await ask('GET', path), { status: 400, body: { error: message } }, path);
  t.notOk(ran.some(({ id }) => id.startsWith('boiler.')));
});

t.test('readings are told one by one', async (t) => {
  const asked: unknown[] = [];
  const rows = [
    { atMs: nowMs - 10_000, value: 61.5 },
    { atMs: nowMs - 5_000, value: null },
  ];
  const { ask } = await bench(t, {
    answers: {
      'reading.range': (given) => {
        asked.push(given);
        const isFirst = asked.length === 1;
        return {
          rows: isFirst ? rows.slice(0, 1) : rows.slice(1),
          next: isFirst ? nowMs - 5_000 : null,
          toMs: nowMs,
        };
      },
    },
  });
  t.same((await ask('GET', '/webapi/getchaudiere/4/temp0')).body, [
    [nowMs - 10_000, 61.5],
    [nowMs - 5_000, null],
  ]);
  t.match(asked, [
    { device: 'boiler/water', quantity: 'temperature_c', from: '4h', resolution: 'raw' },
    { from: String(nowMs - 5_000), to: String(nowMs) },
  ]);
  t.same((await ask('GET', '/webapi/getchaudiere/4/watt3')).body, [], 'it was never found');
  t.same((await ask('GET', '/webapi/getchaudiere/4/temp3')).body, []);
});

t.test('the last row is what is seen now', async (t) => {
  const { ask } = await bench(t);
  const row = [nowMs - 3_000, 61.5, null, null, null, null, 0, 1_660, null, 9, true, null, null];
  t.same((await ask('GET', '/webapi/getchaudiere/last')).body, row);
  t.same((await ask('GET', '/webapi/live.json')).body, [nowMs - 3_000, 61.5]);
});

t.test('the coldest water is told', async (t) => {
  const { ask } = await bench(t);
  for (const path of ['/monitor', '/monitor/'])
    t.same((await ask('GET', path)).body, { minima: [{ hours: 24, temp0: 54.5, ms: startMs }] });
});

t.test('the chart has curves, bands of phases and a flag for each alert', async (t) => {
  const { ask } = await bench(t);
  const { body } = await ask('GET', '/charts/api_chart_data/now/2019/1/31/12/0/1');
  t.match(body, {
    title: { text: 'Chaudiere du 31/01 12h00 au 31/01 12h59' },
    yAxis: { softMin: 55, softMax: 70 },
    time: { timezone: 'Europe/Paris' },
    exporting: { filename: 'chaudiere' },
    xAxis: {
      plotBands: [
        { from: startMs, to: startMs + 21 * minuteMs, color: '#e6f2ff', label: { text: 'Combustion' } },
        { from: startMs + 40 * minuteMs, to: startMs + 60 * minuteMs, color: '#ff4d4d' },
      ],
    },
    series: [
      { name: 'Temp chaudiere' },
      { name: 'Temp fumee' },
      { type: 'flags', data: [{ x: startMs + 41 * minuteMs, text: 'Arret' }] },
    ],
  });
  const { series } = body as { readonly series: readonly { readonly data: readonly unknown[] }[] };
  t.equal(series[0]?.data.length, 42);
});

t.test('without a boiler all of it says so', async (t) => {
  const missing = (): never => {
    throw new GatewayError('not_found', 'no boiler is configured', { hint: 'docs/boiler.md' });
  };
  const answers = { 'boiler.status': missing, 'boiler.minutes': missing, 'boiler.events': missing };
  const { ask } = await bench(t, { answers });
  for (const path of ['/webapi/getminute/4/temp/0', '/webapi/getchaudiere/last', '/monitor/'])
    t.match(await ask('GET', path), { status: 404, body: { error: /no boiler is configured/ } });
});

t.test('what is not served says where it is', async (t) => {
  const { ask } = await bench(t);
  t.match(await ask('GET', '/admin/log/download/a.log'), { status: 501, body: { error: /journalctl/ } });
  t.match(await ask('GET', '/logout'), { status: 501, body: { error: /token/ } });
  t.match(await ask('POST', '/log_admin', {}), { status: 501, body: { error: /token/ } });
});
