import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createGateway, type Gateway } from '../gateway/app.ts';
import type { SourceConfig } from '../gateway/config/config.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import { seededRandom } from '../gateway/core/random.ts';
import { noSerialLines } from '../gateway/core/serial-lines.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import { SimulatedHome } from '../modbus-sim/home.ts';
import { HomewizardService } from '../modbus-sim/services/homewizard-service.ts';
import { OpenweathermapService } from '../modbus-sim/services/openweathermap-service.ts';
import type { SimulatedService } from '../modbus-sim/services/service.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { SimulatedDisk } from '../sim/simulated-disk.ts';
import { createSimulatedHttp, type HttpPlace } from '../sim/simulated-http.ts';
import { virtualConfig } from '../sim/virtual-config.ts';
import { virtualParts } from '../sim/virtual-parts.ts';

const minuteMs = 60_000;
const key = 'key-0a1b2c3d4e5f';
const weather: SourceConfig = {
  id: 'weather',
  kind: 'openweathermap',
  enabled: true,
  periodMs: 10 * minuteMs,
  options: {
    apiKey: key,
    latitude: 45.76,
    longitude: 4.84,
    api: 'auto',
    baseUrl: 'https://api.openweathermap.org',
  },
  missingSecrets: [],
};

/** The whole firmware with sources alone, whose services are simulated; restarts find the same disk. */
class Home {
  readonly clock = new SimulatedClock(Date.UTC(2026, 5, 12, 9));
  readonly #directory: string;
  readonly #disk = new SimulatedDisk();
  readonly #sources: readonly SourceConfig[];
  readonly #places: readonly HttpPlace[];
  gateway!: Gateway;
  #token = '';
  #boots = 0;

  constructor(t: Test, sources: readonly SourceConfig[], places: readonly HttpPlace[]) {
    this.#directory = mkdtempSync(join(tmpdir(), 'egw-sources-'));
    t.teardown(() => rmSync(this.#directory, { recursive: true, force: true }));
    this.#sources = sources;
    this.#places = places;
  }

  async boot(): Promise<void> {
    this.#boots += 1;
    const { clock } = this;
    const zone = 'Europe/Paris';
    const config = { ...virtualConfig([], zone), home: {}, sources: this.#sources };
    this.gateway = await createGateway(
      virtualParts(clock, {
        config,
        random: seededRandom(1),
        network: { connectTcp: () => Promise.reject(new GatewayError('host_unresolved', 'none')) },
        serial: noSerialLines,
        http: createSimulatedHttp(this.#places, clock),
        disk: this.#disk,
        database: await openInProcessDatabase({ directory: this.#directory, zone, nowMs: clock.wall() }),
        bootId: `boot-${this.#boots}`,
      }),
    );
    const { pairingCode } = await this.gateway.start();
    if (pairingCode !== undefined) {
      const payload = { code: pairingCode, label: 'test' };
      const answer = await clock.pend(this.gateway.inject({ method: 'POST', url: '/api/v1/pair', payload }));
      this.#token = answer.json<{ token: string }>().token;
    }
  }

  async stop(): Promise<void> {
    const stopping = this.gateway.stop();
    await this.clock.advance(5_000);
    await stopping;
  }

  /** What is posted has so long for what it sets off. */
  async ask(
    url: string,
    method: 'GET' | 'POST' = 'GET',
    forMs = 1_000,
  ): Promise<{ status: number; body: string }> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const asked = this.gateway.inject({ method, url, headers });
    if (method === 'POST') await this.clock.advance(forMs);
    const { statusCode, body } = await this.clock.pend(asked);
    return { status: statusCode, body };
  }
}

function weatherPlace(service: SimulatedService = weatherService()): HttpPlace {
  return { host: 'api.openweathermap.org', service };
}

function weatherService(): OpenweathermapService {
  return new OpenweathermapService({ seed: 7, plans: { [key]: 'one-call' } });
}

t.test('what a source says is shown, stored, and there after a restart', async (t) => {
  const home = new Home(t, [weather], [weatherPlace()]);
  await home.boot();
  await home.clock.advance(30 * minuteMs + 20_000);
  const listed = JSON.parse((await home.ask('/api/v1/sources')).body) as unknown;
  t.match(listed, {
    sources: [{ id: 'weather', state: 'up', requestsToday: Number, requestsPerDay: Number, reason: null }],
  });
  const shown = await home.ask('/api/v1/sources/weather');
  t.match(JSON.parse(shown.body), { readings: Array, texts: Array });
  const { readings, texts } = JSON.parse(shown.body) as { readings: unknown[]; texts: unknown[] };
  t.ok(readings.length > 5, shown.body);
  t.ok(texts.length > 0);
  const history = await home.ask('/api/v1/readings?device=weather&quantity=outdoor_temperature_c&from=1h');
  t.match(JSON.parse(history.body), { unit: '°C', rows: [{ quality: 'good' }] });
  t.match(JSON.parse((await home.ask('/api/v1/readings/latest?device=weather')).body), {
    readings: [{ device: 'weather' }],
  });
  t.match(
    (await home.ask('/api/v1/export?format=csv&device=weather&from=1h')).body,
    /weather,outdoor_temperature_c,°C/,
  );
  t.notMatch(JSON.stringify([listed, shown.body, (await home.ask('/api/v1/status')).body]), key);
  t.match((await home.ask('/api/health')).body, 'ok');
  await home.stop();
  await home.boot();
  await home.clock.advance(1_000);
  const again = JSON.parse((await home.ask('/api/v1/sources/weather')).body) as {
    readings: unknown[];
    texts: unknown[];
  };
  t.equal(again.readings.length, readings.length, 'of the last run, until it is read anew');
  t.same(again.texts, texts);
  await home.stop();
});

t.test('a source is read when somebody asks, unless it must be left alone', async (t) => {
  const home = new Home(t, [weather], [weatherPlace()]);
  await home.boot();
  await home.clock.advance(2 * minuteMs);
  t.match(await home.ask('/api/v1/sources/weather/read', 'POST'), {
    status: 200,
    body: /outdoor_temperature_c/,
  });
  t.match(await home.ask('/api/v1/sources/weather/read', 'POST'), {
    status: 429,
    body: /may be asked again in/,
  });
  t.match(await home.ask('/api/v1/sources/nobody/read', 'POST'), { status: 404, body: /there are: weather/ });
  t.match(await home.ask('/api/v1/sources/nobody'), { status: 404 });
  const { body: kinds } = await home.ask('/api/v1/source-kinds');
  t.match(kinds, /openweathermap/);
  t.match(kinds, /"id":"nut"[^{]*"periodMsMin":10000/, 'what the configuration takes');
  t.match(kinds, /"id":"ds18b20"[^{]*"periodMsMin":1000,/);
  await home.stop();
});

t.test('a service that never answers delays no other, and is a line of the health page', async (t) => {
  const deaf: SourceConfig = {
    ...weather,
    id: 'deaf',
    options: { ...weather.options, baseUrl: 'https://deaf.example' },
  };
  const home = new Home(
    t,
    [deaf, weather],
    [{ host: 'deaf.example', service: weatherService(), answerMs: () => Infinity }, weatherPlace()],
  );
  await home.boot();
  await home.clock.advance(35 * minuteMs);
  const { sources } = JSON.parse((await home.ask('/api/v1/sources')).body) as { sources: readonly unknown[] };
  t.match(sources, [
    { id: 'deaf', state: 'down', reason: 'no answer within 30s' },
    { id: 'weather', state: 'up' },
  ]);
  t.match((await home.ask('/api/v1/status')).body, /source deaf: no data for 3 periods of 10m/);
  t.same(home.gateway.scheduler.livenessBreaches(), []);
  await home.stop();
});

t.test('a wrong key is told with the setting to correct, and never shown', async (t) => {
  const wrong: SourceConfig = { ...weather, options: { ...weather.options, apiKey: 'wrong-key-12345' } };
  const home = new Home(t, [wrong], [weatherPlace()]);
  await home.boot();
  await home.clock.advance(minuteMs);
  const { body } = await home.ask('/api/v1/sources/weather');
  t.match(JSON.parse(body), { state: 'failing', lastError: 'source_refused', hint: /apiKey/, readings: [] });
  t.notMatch(body + (await home.ask('/api/v1/status')).body, 'wrong-key');
  await home.stop();
});

t.test('a HomeWizard is paired by its button, once for all, and its token is nowhere shown', async (t) => {
  const startMs = Date.UTC(2026, 5, 12, 9);
  const meter: SourceConfig = {
    id: 'p1',
    kind: 'homewizard-p1',
    enabled: true,
    periodMs: 10_000,
    options: { host: 'p1.local', api: 'v2', pair: false, measures: 'auto', acceptAnyCertificate: false },
    missingSecrets: [],
  };
  const service = new HomewizardService({
    home: new SimulatedHome({ seed: 3, startMs }),
    product: 'HWE-P1',
    zone: 'Europe/Paris',
  });
  const home = new Home(t, [meter], [{ host: 'p1.local', service }]);
  await home.boot();
  await home.clock.advance(5 * minuteMs);
  t.match((await home.ask('/api/v1/sources/p1')).body, /egw source pair/);
  t.match(await home.ask('/api/v1/sources/p1/pair', 'POST', 42_000), { status: 200, body: /"waiting"/ });
  service.pressButton(home.clock.wall() + 5_000);
  t.match(await home.ask('/api/v1/sources/p1/pair', 'POST', 8_000), { status: 200, body: /"done"/ });
  await home.clock.advance(1_000);
  const shown = (await home.ask('/api/v1/sources/p1')).body;
  t.match(shown, /"state":"up".*grid_power_w/s);
  const [token = 'none'] = service.users.values();
  t.notMatch(shown + (await home.ask('/api/v1/audit')).body, token);
  await home.stop();
  await home.boot();
  await home.clock.advance(1_000);
  t.match((await home.ask('/api/v1/sources/p1')).body, /"state":"up"/);
  t.equal(service.users.size, 1);
  await home.stop();
});
