import t from 'tap';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { startHomeServices } from '../../../modbus-sim/services/home-services.ts';

const startMs = Date.UTC(2026, 5, 21, 10);

t.test('everything around the home can be asked over HTTP, and agrees with the home', async (t) => {
  const home = new SimulatedHome({ startMs, seed: 7 });
  const running = await startHomeServices({
    home,
    seed: 7,
    startMs,
    nowMs: () => startMs + 60_000,
    host: '127.0.0.1',
    portBase: 0,
  });
  t.teardown(async () => running.close());
  const {
    'homewizard-p1': p1,
    tasmota,
    openweathermap,
    evohome,
    'electricity-maps': carbon,
  } = running.settings;
  const data = await json(`${String(p1?.['host'])}/api/v1/data`);
  t.ok(Math.abs(Number(data['active_power_w']) - home.truth().gridW) <= 1);
  t.match(await json(`${String(tasmota?.['url'])}/cm?cmnd=Status%2010`), {
    StatusSNS: { ENERGY: { Total: Number } },
  });
  const place = `lat=${String(openweathermap?.['latitude'])}&lon=${String(openweathermap?.['longitude'])}`;
  const key = `appid=${String(openweathermap?.['apiKey'])}`;
  t.match(await json(`${String(openweathermap?.['baseUrl'])}/data/3.0/onecall?${place}&${key}`), {
    current: { temp: Number },
  });
  const refused = await fetch(`${String(carbon?.['baseUrl'])}/carbon-intensity/latest?zone=FR`);
  t.equal(refused.status, 401, 'nobody is let in without the key');
  const headers = { 'auth-token': String(carbon?.['token']) };
  t.match(await json(`${String(carbon?.['baseUrl'])}/carbon-intensity/latest?zone=FR`, headers), {
    carbonIntensity: Number,
  });
  t.match(evohome, { username: /@/, password: /.{8}/ });
});

t.test('a port that is taken frees those that were had', async (t) => {
  const home = new SimulatedHome({ startMs, seed: 7 });
  const options = { home, seed: 7, startMs, nowMs: () => startMs, host: '127.0.0.1', portBase: 0 };
  const first = await startHomeServices(options);
  t.teardown(async () => first.close());
  const taken = Number(new URL(String(first.settings['tasmota']?.['url'])).port);
  await t.rejects(startHomeServices({ ...options, portBase: taken - 1 }), { code: 'EADDRINUSE' });
});

async function json(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { headers });
  return (await answer.json()) as Record<string, unknown>;
}
