import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PelletBoiler } from '../../../modbus-sim/boiler/pellet-boiler.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { startHomeServices } from '../../../modbus-sim/services/home-services.ts';

const startMs = Date.UTC(2026, 5, 21, 10);
const hourMs = 3_600_000;

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

t.test('the boiler room is shown in files, as the boiler is at each beat, until all is closed', async (t) => {
  const home = new SimulatedHome({ startMs, seed: 7 });
  let nowMs = startMs;
  const faults = [{ kind: 'probe-gone', probe: 'flue', startMs: startMs + hourMs, endMs: Infinity }] as const;
  const options = { home, seed: 7, startMs, nowMs: () => nowMs, host: '127.0.0.1', portBase: 0 };
  const running = await startHomeServices({ ...options, boilerFaults: faults });
  t.teardown(async () => running.close());
  const basePath = String(running.settings['ds18b20']?.['basePath']);
  t.same(running.settings['ds18b20']?.['sensors'], [
    '28-00000a69bebf=water',
    '28-00000a6c1d02=flue',
    '28-00000a6e77d4=enclosure',
  ]);
  t.same(running.settings['ads1115'], { bus: 1, address: '0x48' });
  const milliCelsius = (id: string): number =>
    Number(readFileSync(join(basePath, id, 'temperature'), 'utf8'));
  t.equal(milliCelsius('28-00000a69bebf'), 62_000);
  t.ok(existsSync(join(basePath, '28-00000a6c1d02')));
  nowMs += 2 * hourMs;
  running.beat();
  const boiler = new PelletBoiler({ seed: 7, startMs });
  boiler.advanceTo(nowMs);
  const { waterC, currents } = boiler.truth();
  t.ok(Math.abs(milliCelsius('28-00000a69bebf') - waterC * 1_000) <= 32, 'half a step of the probe');
  t.notOk(existsSync(join(basePath, '28-00000a6c1d02')));
  const { secondaryFanA, igniterA, primaryFanA, augerA } = currents;
  t.same(JSON.parse(readFileSync(running.clampsPath, 'utf8')), {
    72: [secondaryFanA, igniterA, primaryFanA, augerA],
  });
  await running.close();
  t.notOk(existsSync(basePath));
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
