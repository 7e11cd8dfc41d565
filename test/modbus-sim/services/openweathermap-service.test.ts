import t from 'tap';
import { Clouds } from '../../../modbus-sim/clouds.ts';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { OpenweathermapService } from '../../../modbus-sim/services/openweathermap-service.ts';

const nowMs = Date.parse('2026-01-14T12:00:00Z');
const place = 'lat=45.76&lon=4.84';

function service(more: object = {}) {
  const openweathermap = new OpenweathermapService({
    seed: 7,
    plans: { free: 'free', paid: 'one-call' },
    ...more,
  });
  return (url: string, atMs = nowMs, method = 'GET') => {
    const { status, body } = openweathermap.handle({ method, url, headers: {}, body: '' }, atMs);
    return { status, said: JSON.parse(body) as Record<string, unknown> };
  };
}

t.test('its refusals are those of the service', (t) => {
  const ask = service();
  t.match(ask(`/data/2.5/weather?${place}`), { status: 401, said: { cod: 401, message: /Invalid API key/ } });
  t.match(ask(`/data/3.0/onecall?${place}&appid=__proto__`), { status: 401 });
  t.match(ask(`/data/3.0/onecall?${place}&appid=free`), {
    status: 401,
    said: { message: /separate subscription/ },
  });
  t.match(ask('/data/2.5/weather?appid=free'), {
    status: 400,
    said: { cod: '400', message: 'Nothing to geocode' },
  });
  t.match(ask('/data/2.5/weather?lat=91&lon=0&appid=free'), {
    status: 400,
    said: { message: 'wrong latitude' },
  });
  t.match(ask('/data/2.5/weather?lat=9&lon=x&appid=free'), {
    status: 400,
    said: { message: 'wrong longitude' },
  });
  t.match(ask(`/data/2.5/onecall?${place}&appid=free`), { status: 404, said: { cod: '404' } });
  t.match(ask(`/data/2.5/weather?${place}&appid=free`, nowMs, 'POST'), { status: 405 });
  t.end();
});

t.test('a new key is not known yet', (t) => {
  const ask = service({ keysKnownFromMs: nowMs + 3_600_000 });
  t.equal(ask(`/data/2.5/weather?${place}&appid=free`).status, 401);
  t.equal(ask(`/data/2.5/weather?${place}&appid=free`, nowMs + 3_600_000).status, 200);
  t.end();
});

t.test('calls are counted by key: in a minute on 2.5, in a day on 3.0', (t) => {
  const ask = service({ callsPerMinuteMax: 2, callsPerDayMax: 1 });
  const statuses = (url: string, times: readonly number[]): readonly number[] =>
    times.map((atMs) => ask(url, atMs).status);
  const minutes = [nowMs, nowMs + 1, nowMs + 2, nowMs + 60_000];
  t.same(statuses(`/data/2.5/weather?${place}&appid=free`, minutes), [200, 200, 429, 200]);
  const days = [nowMs, nowMs + 60_000, nowMs + 86_400_000];
  t.same(statuses(`/data/3.0/onecall?${place}&appid=paid`, days), [200, 429, 200]);
  t.equal(ask(`/data/2.5/weather?${place}&appid=paid`, nowMs + 2).status, 200, 'of another key');
  t.end();
});

t.test('temperatures come in the units that are asked for', (t) => {
  const ask = service();
  const temperature = (units: string): number =>
    (ask(`/data/2.5/weather?${place}&appid=free${units}`).said['main'] as { temp: number }).temp;
  const celsius = temperature('&units=metric');
  t.ok(Math.abs(temperature('') - celsius - 273.15) < 0.011);
  t.ok(Math.abs(temperature('&units=imperial') - celsius * 1.8 - 32) < 0.02);
  t.ok(celsius > -25 && celsius < 25, `${celsius} °C in January`);
  t.end();
});

t.test('new data come every ten minutes, and the clouds are those of the home of the same seed', (t) => {
  const ask = service();
  const url = `/data/3.0/onecall?${place}&appid=paid`;
  t.same(ask(url, nowMs + 599_999).said, ask(url, nowMs).said);
  const { current } = ask(url, nowMs + 600_000).said as { current?: { dt: number; clouds: number } };
  const atMs = nowMs + 600_000;
  t.equal(current?.dt, atMs / 1000);
  const home = new Clouds(new SeededRandom(7).fork('clouds'));
  t.equal(current?.clouds, Math.round(home.coverAt(atMs) * 100));
  t.end();
});
