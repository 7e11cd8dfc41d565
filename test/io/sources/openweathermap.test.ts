import fc from 'fast-check';
import t from 'tap';
import '../../property-seed.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { openweathermap } from '../../../gateway/io/sources/openweathermap.ts';
import type { SourceAnswer } from '../../../gateway/io/sources/source.ts';
import { OpenweathermapService } from '../../../modbus-sim/services/openweathermap-service.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { currentLyon, oneCallLyon } from './fixtures/openweathermap.ts';
import { SourceBench } from './source-bench.ts';

const nowMs = Date.parse('2026-01-14T16:40:00Z');
const freeKey = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff';
const paidKey = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const { signal } = new AbortController();

function optionsOf(more: OptionValues = {}): OptionValues {
  const defaults = Object.entries(openweathermap.options).map(
    ([name, field]) => [name, field.default] as const,
  );
  return { ...Object.fromEntries(defaults), apiKey: paidKey, latitude: 45.764, longitude: 4.8357, ...more };
}

function service(): OpenweathermapService {
  return new OpenweathermapService({ seed: 7, plans: { [freeKey]: 'free', [paidKey]: 'one-call' } });
}

function start(more: OptionValues = {}) {
  const home = new SourceBench(service(), nowMs);
  const reader = openweathermap.open(optionsOf(more), home.ports);
  return { home, read: () => reader.read(signal) };
}

function said(answer: SourceAnswer): Record<string, number | string> {
  return Object.fromEntries<number | string>([
    ...answer.values.map(({ quantity, value }) => [quantity, value] as const),
    ...answer.texts.map(({ quantity, text }) => [quantity, text] as const),
  ]);
}

t.test('One Call 3.0 decodes to the values that one reads in it', async (t) => {
  const { home, read } = start();
  home.trouble = () => jsonAnswer(200, oneCallLyon);
  const answer = await read();
  t.same(said(answer), {
    lat: 45.764,
    lon: 4.8357,
    timezone: 'Europe/Paris',
    timezone_offset: 3600,
    outdoor_temperature_c: 7.42,
    outdoor_feels_like_c: 4.96,
    dew_point_c: 5.4,
    air_pressure_hpa: 1009,
    outdoor_humidity_pct: 87,
    uv_index: 0.1,
    cloud_cover_pct: 92,
    visibility_m: 9000,
    wind_speed_m_per_s: 3.6,
    wind_direction_deg: 190,
    wind_gust_m_per_s: 7.2,
    rain_mm_per_h: 0.32,
    weather_code: 500,
    weather_main: 'Rain',
    weather_description: 'light rain',
    weather_icon: '10d',
    sunrise: '2026-01-14T07:18:09Z',
    sunset: '2026-01-14T16:21:51Z',
  });
  t.ok(
    answer.values.every(({ atMs }) => atMs === 1_768_408_502_000),
    'all are of the time it says',
  );
  t.ok(answer.values.every(({ quality = 'good' }) => quality === 'good'));
});

t.test('the current weather 2.5 decodes to the same names', async (t) => {
  const { home, read } = start({ api: '2.5' });
  home.trouble = () => jsonAnswer(200, currentLyon);
  const answer = said(await read());
  t.match(answer, {
    lat: 45.764,
    lon: 4.8357,
    timezone_offset: 3600,
    outdoor_temperature_c: 7.42,
    outdoor_feels_like_c: 4.96,
    rain_mm_per_h: 0.32,
    weather_code: 500,
    weather_main: 'Rain',
    place: 'Lyon',
    sunrise: '2026-01-14T07:18:09Z',
    'sys.country': 'FR',
    'main.grnd_level': 985,
  });
  t.notOk('timezone' in answer, 'its time zone is a number, and no text');
  t.notOk('snow_mm_per_h' in answer, 'it rains: nothing is said of snow');
});

t.test('the wire carries what the reference says, and the key only in the query', async (t) => {
  const { home, read } = start();
  await read();
  const url = new URL(home.requests[0]?.url ?? '');
  t.equal(url.origin + url.pathname, 'https://api.openweathermap.org/data/3.0/onecall');
  t.same(Object.fromEntries(url.searchParams), {
    lat: '45.764',
    lon: '4.8357',
    appid: paidKey,
    exclude: 'minutely,hourly,daily,alerts',
  });
  t.equal(home.requests[0]?.reach, 'internet');
});

t.test('a key without a subscription goes on with 2.5, and asks 3.0 no more', async (t) => {
  const { home, read } = start({ apiKey: freeKey });
  const first = await read();
  const second = await read();
  t.same(
    home.requests.map(({ url }) => new URL(url).pathname),
    ['/data/3.0/onecall', '/data/2.5/weather', '/data/2.5/weather'],
  );
  t.same(said(second), said(first));
});

t.test('a key without a subscription is refused where 3.0 was asked for', async (t) => {
  const { read } = start({ apiKey: freeKey, api: '3.0' });
  const error = await failure(read);
  t.equal(error.code, 'source_refused');
  t.match(error.hint, /api/);
});

t.test('an unknown key is refused, on 2.5 and on 3.0, and 2.5 is not tried for it', async (t) => {
  const { home, read } = start({ apiKey: 'ffffffffffffffffffffffffffffffff' });
  const error = await failure(read);
  t.equal(error.code, 'source_refused');
  t.match(error.hint, /apiKey/);
  t.notMatch(JSON.stringify([error.message, error.hint, error.facts]), /ffffffff/);
  t.equal(home.requests.length, 1);
});

t.test('an account that asks too often is told how long to wait', async (t) => {
  const { home, read } = start({ apiKey: freeKey, api: '2.5' });
  for (let call = 0; call < 60; call += 1) await read();
  const error = await failure(read);
  t.equal(error.code, 'rate_limited');
  t.equal(error.facts['retryAfterMs'], 600_000);
  home.nowMs += 60_000;
  t.ok((await read()).values.length > 0, 'a minute later it is let in');
  home.trouble = () => jsonAnswer(429, { cod: 429, message: 'blocked' }, { 'retry-after': '3600' });
  t.equal((await failure(read)).facts['retryAfterMs'], 3_600_000, 'what is said goes first');
});

const failures: readonly (readonly [title: string, body: unknown, code: string])[] = [
  ['a code that is a text', { cod: '404', message: 'city not found' }, 'source_missing'],
  ['a refusal with status 200', { cod: 401, message: 'Invalid API key.' }, 'source_refused'],
  ['too many with status 200', { cod: '429', message: 'blocked' }, 'rate_limited'],
  ['a server error with status 200', { cod: 500, message: 'Internal server error' }, 'source_unavailable'],
  ['a code that is none', { ...oneCallLyon, cod: 'ok' }, 'answer_invalid'],
  ['null', null, 'answer_invalid'],
  ['a list', [], 'answer_invalid'],
  ['nothing in it', {}, 'answer_invalid'],
  ['a temperature that is a text', withCurrent({ temp: '280.57' }), 'answer_invalid'],
  ['no temperature', withCurrent({ temp: null }), 'answer_invalid'],
  ['a time that is a text', withCurrent({ dt: '1768408502' }), 'answer_invalid'],
  ['no time', withCurrent({ dt: null }), 'answer_invalid'],
  ['a time in ms', withCurrent({ dt: 1_768_408_502_000 }), 'answer_invalid'],
  ['the time 0', withCurrent({ dt: 0 }), 'answer_invalid'],
  ['a sunrise that is a text', withCurrent({ sunrise: 'soon' }), 'answer_invalid'],
];

function withCurrent(more: object): object {
  return { ...oneCallLyon, current: { ...oneCallLyon.current, ...more } };
}

for (const [title, body, code] of failures) {
  t.test(`an answer is refused as ${code}: ${title}`, async (t) => {
    const { home, read } = start();
    home.trouble = () => jsonAnswer(200, body);
    const error = await failure(read);
    t.equal(error.code, code);
    t.ok(error.hint);
    home.trouble = () => undefined;
    t.ok((await read()).values.length > 0, 'the next one is read');
  });
}

t.test('wrong coordinates are named', async (t) => {
  const { home, read } = start();
  home.trouble = () => jsonAnswer(400, { cod: '400', message: 'wrong latitude' });
  const error = await failure(read);
  t.equal(error.code, 'answer_invalid');
  t.match(error.hint, /latitude and longitude/);
});

t.test('what no air can be is suspect: 0 K, a wet 101 %, a wind of 400 m/s', async (t) => {
  const { home, read } = start();
  home.trouble = () => jsonAnswer(200, withCurrent({ temp: 0, humidity: 101, wind_speed: 400 }));
  const { values } = await read();
  const suspects = values.filter(({ quality }) => quality === 'suspect');
  t.same(
    suspects.map(({ quantity, value }) => [quantity, value]),
    [
      ['outdoor_temperature_c', -273.15],
      ['outdoor_humidity_pct', 101],
      ['wind_speed_m_per_s', 400],
    ],
  );
});

t.test('no rain is 0 only where the condition says so too', async (t) => {
  const { home, read } = start();
  const dry = without(oneCallLyon.current, 'rain');
  const clouds = [{ id: 804, main: 'Clouds', description: 'overcast clouds', icon: '04d' }];
  home.trouble = () => jsonAnswer(200, { ...oneCallLyon, current: { ...dry, weather: clouds } });
  t.match(said(await read()), { rain_mm_per_h: 0, snow_mm_per_h: 0 });
  home.trouble = () => jsonAnswer(200, { ...oneCallLyon, current: dry });
  t.notOk('rain_mm_per_h' in said(await read()), 'it rains, and is not said how much');
  home.trouble = () => jsonAnswer(200, { ...oneCallLyon, current: { ...dry, weather: [], rain: null } });
  t.notOk('rain_mm_per_h' in said(await read()));
});

t.test('in polar night there is no sunrise', async (t) => {
  const { home, read } = start();
  home.trouble = () => jsonAnswer(200, withCurrent({ sunrise: 0, sunset: null }));
  const answer = said(await read());
  t.notOk('sunrise' in answer);
  t.notOk('sunset' in answer);
});

t.test('a field of a later version is kept, forecasts that were not asked for are not', async (t) => {
  const { home, read } = start();
  const hourly = Array.from({ length: 48 }, (_, hour) => ({ dt: hour, temp: 280, pop: 0.1, clouds: 4 }));
  const later = withCurrent({ pollen: { birch: 3 }, air: 'fresh' });
  home.trouble = () => jsonAnswer(200, { ...later, hourly, daily: hourly, minutely: hourly, alerts: hourly });
  const answer = said(await read());
  t.match(answer, { 'current.pollen.birch': 3, 'current.air': 'fresh' });
  t.notOk(Object.keys(answer).some((name) => /^(hourly|daily|minutely|alerts)/.test(name)));
});

t.test('both versions of the simulated service say the same weather', async (t) => {
  const one = said(await start().read());
  const other = said(await start({ api: '2.5' }).read());
  const both = Object.keys(one).filter((name) => name in other);
  t.ok(both.length >= 17, `both say ${both.join(', ')}`);
  for (const name of both) t.equal(other[name], one[name], name);
});

t.test('where it is must be the beginning of a URL', (t) => {
  const home = new SourceBench(service(), nowMs);
  for (const baseUrl of [
    'ftp://host',
    'api.openweathermap.org',
    'https://a:b@host',
    'https://host/?appid=1',
    '',
  ]) {
    t.throws(
      () => openweathermap.open(optionsOf({ baseUrl }), home.ports),
      { code: 'config_invalid' },
      baseUrl,
    );
  }
  t.equal(openweathermap.lane(optionsOf({ baseUrl: 'http://127.0.0.1:8080/x/' })), '127.0.0.1:8080');
  t.end();
});

function without(object: object, name: string): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

t.test('whatever is answered, it is read or refused, and the key is never repeated', async (t) => {
  const { home, read } = start({ api: '2.5' });
  const paths = [
    'dt',
    'main',
    'weather',
    'sys',
    'rain',
    'timezone',
    'name',
    'cod',
    'coord',
    'clouds',
  ] as const;
  const odd = fc.oneof(fc.jsonValue(), fc.constant(paidKey), fc.constant({ temp: -1e308, '1h': paidKey }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), odd, async (path, value) => {
      home.trouble = () => jsonAnswer(200, { ...currentLyon, [path]: value });
      try {
        const { values } = await read();
        t.ok(values.every((one) => Number.isFinite(one.value) && one.atMs === 1_768_408_502_000));
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const shown = JSON.stringify([error.message, error.hint, error.facts]);
        if (shown.includes(paidKey)) throw new Error(shown);
      }
    }),
    { numRuns: 150 },
  );
});

async function failure(read: () => Promise<unknown>): Promise<GatewayError> {
  try {
    await read();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return t.fail('it was expected to fail') as never;
}
