import t from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import { electricityMapsZones } from '../../../gateway/io/sources/electricity-maps-zones.ts';
import { electricityMaps } from '../../../gateway/io/sources/electricity-maps.ts';
import { ElectricityMapsService } from '../../../modbus-sim/services/electricity-maps-service.ts';
import type { ElectricityMapsServiceOptions } from '../../../modbus-sim/services/electricity-maps-service.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { doubleNames, SourceBench, valueOf } from './source-bench.ts';

const startMs = Date.UTC(2026, 0, 12, 8, 20);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const token = 'key-of-the-house';
const { signal } = new AbortController();

const defaults: OptionValues = {
  token,
  zone: 'FR',
  baseUrl: 'https://api.electricitymaps.com/v3',
  disableEstimations: false,
  emissionFactorType: 'lifecycle',
  forecast: true,
};

function opened(
  options: OptionValues = {},
  service: Partial<ElectricityMapsServiceOptions> = {},
): { readonly bench: SourceBench; readonly reader: SourceReader } {
  const bench = new SourceBench(
    new ElectricityMapsService({ seed: 1, token, zones: ['FR'], plan: 'free', ...service }),
    startMs,
  );
  return { bench, reader: electricityMaps.open({ ...defaults, ...options }, bench.ports) };
}

/** What was asked for, but the hours that have passed. */
function latestPaths(bench: SourceBench): readonly string[] {
  return bench.takePaths().filter((path) => !path.includes('/history'));
}

t.test('a reading has the intensity and the mix of one hour', async (t) => {
  const { bench, reader } = opened();
  const answer = await reader.read(signal);
  const atMs = Date.UTC(2026, 0, 12, 8);
  t.match(valueOf(answer, 'carbon_intensity_g_per_kwh'), { atMs, quality: 'estimated' });
  t.match(valueOf(answer, 'zone_consumption_nuclear_mw'), { atMs, quality: 'estimated' });
  t.same(doubleNames(answer), []);
  t.same(bench.requests[0]?.headers, { 'auth-token': token, accept: 'application/json' });
});

t.test('what a free plan does not have is tried again a day later, and complained of once', async (t) => {
  const { bench, reader } = opened();
  await reader.read(signal);
  t.equal(latestPaths(bench).length, 3);
  t.equal(reader.forecast?.(), undefined);
  t.match(bench.warnings, [/carbon-intensity\/forecast/]);
  bench.nowMs += hourMs;
  await reader.read(signal);
  t.equal(latestPaths(bench).length, 2, 'the forecast is not asked for');
  bench.nowMs += 24 * hourMs;
  await reader.read(signal);
  t.equal(latestPaths(bench).length, 3);
  t.equal(bench.warnings.length, 1);
});

t.test('a forecast is kept aside, and asked for once an hour', async (t) => {
  const { bench, reader } = opened({}, { plan: 'commercial' });
  const answer = await reader.read(signal);
  t.match(reader.forecast?.(), { zone: 'FR', points: { length: 25 } });
  t.ok(
    answer.values.every(({ atMs = 0 }) => atMs <= startMs),
    'nothing that has not happened is a reading',
  );
  latestPaths(bench);
  bench.nowMs += 15 * minuteMs;
  await reader.read(signal);
  t.equal(latestPaths(bench).length, 2);
  bench.nowMs += 45 * minuteMs;
  await reader.read(signal);
  t.equal(latestPaths(bench).length, 3);
});

t.test('settings are what is asked for, encoded', async (t) => {
  const { bench, reader } = opened({
    disableEstimations: true,
    emissionFactorType: 'direct',
    forecast: false,
  });
  const answer = await reader.read(signal);
  t.same(latestPaths(bench), [
    '/v3/carbon-intensity/latest?zone=FR&disableEstimations=true&emissionFactorType=direct',
    '/v3/power-breakdown/latest?zone=FR&disableEstimations=true&emissionFactorType=direct',
  ]);
  t.match(valueOf(answer, 'carbon_intensity_g_per_kwh'), { quality: 'missing' });
});

t.test('an intensity comes though the mix has been retired or fails', async (t) => {
  const retired = opened({}, { isBreakdownRetired: true });
  const answer = await retired.reader.read(signal);
  t.ok(valueOf(answer, 'carbon_intensity_g_per_kwh'));
  t.equal(valueOf(answer, 'zone_consumption_mw'), undefined);
  const { bench, reader } = opened({ forecast: false });
  bench.trouble = ({ url }) => (url.includes('breakdown') ? jsonAnswer(503, {}) : undefined);
  t.equal(valueOf(await reader.read(signal), 'zone_consumption_mw'), undefined);
  bench.trouble = () => undefined;
  t.ok(valueOf(await reader.read(signal), 'zone_consumption_mw'), 'it is asked for at the next reading');
});

t.test('a refusal names the token and the zone, and says when to come again', async (t) => {
  const { reader } = opened({ token: 'another' });
  await t.rejects(reader.read(signal), {
    code: 'source_refused',
    facts: { status: 401, retryAfterMs: hourMs },
    hint: /token.*FR/,
  });
  await t.rejects(opened({ zone: 'DE' }).reader.read(signal), { code: 'source_refused', hint: /DE/ });
});

t.test('too many requests wait as long as the API says, or a quarter of an hour', async (t) => {
  const { bench, reader } = opened({ forecast: false }, { requestsPerHourMax: 2 });
  await reader.read(signal);
  await t.rejects(reader.read(signal), { code: 'rate_limited', facts: { retryAfterMs: 40 * minuteMs } });
  bench.trouble = () => jsonAnswer(429, {});
  await t.rejects(reader.read(signal), { code: 'rate_limited', facts: { retryAfterMs: 15 * minuteMs } });
});

t.test('a zone that is not known to the API has a hint to the setting', async (t) => {
  await t.rejects(opened({ zone: 'AD' }).reader.read(signal), {
    code: 'source_missing',
    hint: /zone \(AD\)/,
  });
});

t.test('a zone that is none is refused before anything is asked, with the nearest one', (t) => {
  t.equal(electricityMapsZones.size, 397);
  for (const [zone, meant] of [
    ['fr', 'FR'],
    ['France', 'FR'],
    ['DK-DK3', 'DK-DK1'],
    ['a"b; drop table', 'AD'],
    ['ZZZZZZZZ', 'FR'],
    ['☃', 'AD'],
    ['', 'AD'],
  ] as const) {
    try {
      opened({ zone });
      t.fail(`${zone} was taken`);
    } catch (error) {
      t.match(error, { code: 'config_invalid', facts: { option: 'zone', nearest: meant } }, zone);
    }
  }
  t.end();
});

t.test('an address that could leak or mislead is refused', (t) => {
  for (const baseUrl of [
    'ftp://x',
    'nonsense',
    'https://me:secret@x/v3',
    'https://x/v3?a=1',
    'https://x/#a',
  ]) {
    try {
      opened({ baseUrl });
      t.fail(`${baseUrl} was taken`);
    } catch (error) {
      t.match(error, { code: 'config_invalid', facts: { option: 'baseUrl' } });
      t.notMatch(String(error), /secret/);
    }
  }
  t.end();
});

t.test('where the breakdown is refused or retired, the mix that takes its place says the same', async (t) => {
  const usual = await opened({ forecast: false }).reader.read(signal);
  for (const service of [
    { isBreakdownRetired: true },
    { refusedPaths: ['/power-breakdown/latest'] },
  ] as const) {
    const { bench, reader } = opened({ forecast: false }, service);
    const answer = await reader.read(signal);
    t.equal(latestPaths(bench).length, 3);
    t.same(doubleNames(answer), []);
    for (const quantity of ['carbon_intensity_g_per_kwh', 'zone_consumption_nuclear_mw'])
      t.match(valueOf(answer, quantity), {
        value: valueOf(usual, quantity)?.value,
        atMs: Date.UTC(2026, 0, 12, 8),
      });
    t.equal(valueOf(answer, 'zone_consumption_mw'), undefined, 'a total is not made up');
    bench.nowMs += hourMs;
    await reader.read(signal);
    t.same(
      latestPaths(bench).map((path) => path.split('?')[0]),
      ['/v3/carbon-intensity/latest', '/v3/electricity-mix/latest'],
    );
    t.equal(bench.warnings.length, 1);
  }
});

t.test('where the intensity is refused the mix goes on, and it is asked for again each hour', async (t) => {
  const refusedPaths: string[] = ['/carbon-intensity/latest'];
  const { bench, reader } = opened({ forecast: false }, { refusedPaths });
  const answer = await reader.read(signal);
  t.equal(valueOf(answer, 'carbon_intensity_g_per_kwh'), undefined);
  t.ok(valueOf(answer, 'zone_consumption_mw'));
  t.match(bench.warnings, [/carbon-intensity\/latest/]);
  latestPaths(bench);
  bench.nowMs += 15 * minuteMs;
  await reader.read(signal);
  t.equal(latestPaths(bench).length, 1);
  bench.trouble = ({ url }) => (url.includes('breakdown') ? jsonAnswer(503, {}) : undefined);
  await t.rejects(reader.read(signal), { code: 'source_refused' }, 'with neither there is no reading');
  bench.trouble = () => undefined;
  refusedPaths.pop();
  bench.nowMs += 46 * minuteMs;
  t.ok(valueOf(await reader.read(signal), 'carbon_intensity_g_per_kwh'));
});

t.test('a mix of another form is borne, and is no reading', async (t) => {
  const good = { zone: 'FR', unit: 'MW', data: [{ datetime: '2026-01-12T08:00:00.000Z', mix: { wind: 5 } }] };
  const read = async (body: object) => {
    const { bench, reader } = opened({ forecast: false }, { isBreakdownRetired: true });
    bench.trouble = ({ url }) => (url.includes('electricity-mix') ? jsonAnswer(200, body) : undefined);
    return await reader.read(signal);
  };
  t.match(valueOf(await read(good), 'zone_consumption_wind_mw'), { value: 5, quality: 'good' });
  const later = { datetime: '2026-01-12T09:00:00.000Z', mix: { wind: 7, 'hydro discharge': -3 } };
  const two = await read({ ...good, data: [...good.data, later] });
  t.match(valueOf(two, 'zone_consumption_wind_mw'), { value: 7, atMs: Date.UTC(2026, 0, 12, 9) });
  t.match(valueOf(two, 'zone_consumption_hydro_discharge_mw'), { quality: 'suspect' });
  const wrong: readonly object[] = [
    { ...good, zone: 'DE' },
    { ...good, unit: 'GW' },
    { ...good, data: [] },
    { ...good, data: [{ ...good.data[0], mix: {} }] },
    { ...good, data: [{ ...good.data[0], mix: null }] },
    { ...good, data: [{ mix: { wind: 5 } }] },
    [],
  ];
  for (const body of wrong) {
    const answer = await read(body);
    t.ok(valueOf(answer, 'carbon_intensity_g_per_kwh'), JSON.stringify(body));
    t.equal(valueOf(answer, 'zone_consumption_wind_mw'), undefined, JSON.stringify(body));
  }
});

t.test('the hours of a day come with the first reading, and again when a new one has begun', async (t) => {
  const { bench, reader } = opened({ forecast: false });
  await reader.read(signal);
  const first = reader.gridHours?.() ?? [];
  const newestMs = Date.UTC(2026, 0, 12, 8);
  const starts = Array.from({ length: 24 }, (_, index) => newestMs - (23 - index) * hourMs);
  t.same([...new Set(first.map(({ startMs: atMs }) => atMs))].toSorted(), starts);
  t.ok(
    first.some(
      ({ productionMw, consumptionMw }) => productionMw !== undefined && consumptionMw !== undefined,
    ),
  );
  t.equal(first.at(-1)?.startMs, newestMs, 'the newest word comes last');
  t.ok(first.every(({ zone, startMs: from, endMs }) => zone === 'FR' && endMs - from === hourMs));
  bench.takePaths();
  bench.nowMs += 20 * minuteMs;
  await reader.read(signal);
  t.equal(bench.takePaths().length, 2, 'no more than the newest within its hour');
  t.same(
    reader.gridHours?.().map(({ startMs: atMs }) => atMs),
    [newestMs, newestMs],
  );
  bench.nowMs += 20 * minuteMs;
  await reader.read(signal);
  t.equal(bench.takePaths().length, 4);
  const revised = reader
    .gridHours?.()
    .find(
      ({ startMs: atMs, carbonGramsPerKwh }) =>
        atMs === newestMs - 2 * hourMs && carbonGramsPerKwh !== undefined,
    );
  const before = first.find(
    ({ startMs: atMs, carbonGramsPerKwh }) =>
      atMs === newestMs - 2 * hourMs && carbonGramsPerKwh !== undefined,
  );
  t.equal(before?.isEstimated, true);
  t.equal(revised?.isEstimated, false, 'what was an estimate is said anew');
});

t.test('hours that cannot be had fail no reading, and are asked for again', async (t) => {
  const { bench, reader } = opened({ forecast: false });
  bench.trouble = ({ url }) => (url.includes('/history') ? jsonAnswer(503, {}) : undefined);
  t.ok(valueOf(await reader.read(signal), 'carbon_intensity_g_per_kwh'));
  t.equal(reader.gridHours?.().length, 2);
  bench.trouble = () => undefined;
  await reader.read(signal);
  t.equal(reader.gridHours?.().length, 50);
  bench.nowMs += hourMs;
  bench.trouble = ({ url }) =>
    url.includes('/history') ? jsonAnswer(429, {}, { 'retry-after': '7200' }) : undefined;
  await reader.read(signal);
  bench.trouble = () => undefined;
  bench.nowMs += hourMs;
  bench.takePaths();
  await reader.read(signal);
  t.equal(bench.takePaths().length, 2, 'it is left alone as long as was said');
});
