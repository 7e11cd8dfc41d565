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
import { TempoService, type TempoServiceOptions } from '../modbus-sim/services/tempo-service.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { SimulatedDisk } from '../sim/simulated-disk.ts';
import { createSimulatedHttp } from '../sim/simulated-http.ts';
import { virtualConfig } from '../sim/virtual-config.ts';
import { virtualParts } from '../sim/virtual-parts.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const zone = 'Europe/Paris';
const words = { BLUE: 'blue', WHITE: 'white', RED: 'red' } as const;
const source: SourceConfig = {
  id: 'tempo',
  kind: 'tempo',
  enabled: true,
  periodMs: 5 * minuteMs,
  options: {
    providers: ['rte-public', 'couleur-tempo'],
    rteBaseUrl: 'https://digital.iservices.rte-france.com',
    rtePublicBaseUrl: 'https://www.services-rte.com',
    couleurTempoBaseUrl: 'https://www.api-couleur-tempo.fr/api',
  },
  missingSecrets: [],
};

interface TempoDayNow {
  readonly day: string;
  readonly colour: string | null;
  readonly state: string | null;
}

interface Status {
  readonly today: TempoDayNow;
  readonly tomorrow: TempoDayNow;
  readonly microEurosPerKwh: number | null;
}

/** The whole firmware with a source of colours; restarts find the same disk. */
class Home {
  readonly clock: SimulatedClock;
  readonly service: TempoService;
  readonly #directory: string;
  readonly #disk = new SimulatedDisk();
  #gateway!: Gateway;
  #token = '';
  #boots = 0;
  isOnline = true;

  constructor(t: Test, atText: string, says: Partial<TempoServiceOptions> = {}) {
    this.clock = new SimulatedClock(Date.parse(atText));
    this.service = new TempoService({ seed: 4, clientId: 'x', clientSecret: 'y', ...says });
    this.#directory = mkdtempSync(join(tmpdir(), 'egw-grid-'));
    t.teardown(() => rmSync(this.#directory, { recursive: true, force: true }));
  }

  async boot(): Promise<void> {
    this.#boots += 1;
    const { clock, service } = this;
    const hosts = this.isOnline ? ['www.services-rte.com', 'www.api-couleur-tempo.fr'] : [];
    const usual = virtualConfig([], zone);
    const features = { ...usual.features, tariff: { kind: 'tempo' } };
    const config = { ...usual, home: {}, sources: [source], features };
    const nowMs = clock.wall();
    this.#gateway = await createGateway(
      virtualParts(clock, {
        config,
        random: seededRandom(1),
        network: { connectTcp: () => Promise.reject(new GatewayError('host_unresolved', 'none')) },
        serial: noSerialLines,
        http: createSimulatedHttp(
          hosts.map((host) => ({ host, service })),
          clock,
        ),
        disk: this.#disk,
        database: await openInProcessDatabase({ directory: this.#directory, zone, nowMs }),
        bootId: `boot-${this.#boots}`,
      }),
    );
    const { pairingCode } = await this.#gateway.start();
    if (pairingCode === undefined) return;
    const payload = { code: pairingCode, label: 'test' };
    const asked = this.#gateway.inject({ method: 'POST', url: '/api/v1/pair', payload });
    this.#token = (await clock.pend(asked)).json<{ token: string }>().token;
  }

  async stop(): Promise<void> {
    const stopping = this.#gateway.stop();
    await this.clock.advance(5_000);
    await stopping;
  }

  async ask<Answer>(
    url: string,
    method: 'GET' | 'PUT' = 'GET',
    payload?: Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const asked = this.#gateway.inject({ method, url, headers, ...(payload && { payload }) });
    return (await this.clock.pend(asked)).json<Answer>();
  }

  /** A colour as the service has decided it. */
  colourOf(day: string): string {
    return words[this.service.colourOf(day)];
  }
}

t.test('colours are learned, corrected and kept over restarts without internet', async (t) => {
  const day = '2026-01-14';
  const wrong = { '2026-01-15': { first: 'BLUE', untilMs: Date.parse('2026-01-14T13:00+01:00') } } as const;
  const home = new Home(t, `${day}T10:00+01:00`, { corrections: wrong });
  const tomorrow = home.colourOf('2026-01-15');
  t.not(tomorrow, 'blue', 'the correction is one');
  await home.boot();
  await home.clock.advance(30 * minuteMs);
  t.match(await home.ask<Status>('/api/v1/tempo'), {
    today: { day, colour: home.colourOf(day), state: 'final' },
    tomorrow: { day: '2026-01-15', colour: null },
  });
  await home.clock.advance(hourMs);
  t.match(await home.ask<Status>('/api/v1/tempo'), { tomorrow: { colour: 'blue', state: 'final' } });
  await home.clock.advance(19 * hourMs);
  const corrected = await home.ask<Status>('/api/v1/tempo');
  t.match(corrected, { today: { day: '2026-01-15', colour: tomorrow, state: 'final' } });
  t.type(corrected.microEurosPerKwh, 'number');
  t.match(await home.ask('/api/v1/tempo/days?from=2026-01-15&to=2026-01-15'), {
    days: [{ colour: tomorrow, corrections: [{ colour: 'blue', state: 'final' }] }],
  });
  const audit = JSON.stringify(await home.ask('/api/v1/audit'));
  t.match(audit, /tempo\.corrected/);
  await home.stop();
  home.isOnline = false;
  await home.boot();
  await home.clock.advance(1_000);
  t.match(
    await home.ask<Status>('/api/v1/tempo'),
    { today: { colour: tomorrow, state: 'final' }, microEurosPerKwh: corrected.microEurosPerKwh },
    'before anybody was asked',
  );
  const season = await home.ask<{ days: readonly TempoDayNow[] }>('/api/v1/tempo/days');
  const past = season.days.filter((one) => one.day < '2026-01-15');
  t.equal(past.length, 136);
  for (const one of past) t.equal(one.colour, home.colourOf(one.day), one.day);
  await home.stop();
});

t.test('a colour by hand and prices are there at once, and after a restart', async (t) => {
  const home = new Home(t, '2026-01-14T12:00+01:00');
  home.isOnline = false;
  await home.boot();
  await home.clock.advance(2_000);
  t.match(await home.ask('/api/v1/tempo'), { today: { colour: null }, microEurosPerKwh: null });
  const set = await home.ask('/api/v1/tempo/days/2026-01-14', 'PUT', { colour: 'white' });
  t.match(set, { colour: 'white', provider: 'by hand' });
  t.match(await home.ask('/api/v1/tempo'), { microEurosPerKwh: 173_000, problem: null });
  const prices = { bluePeak: 0.1, blueOffPeak: 0.1, whitePeak: 0.3, whiteOffPeak: 0.1 };
  await home.ask('/api/v1/tempo/prices/2026-01-01', 'PUT', { ...prices, redPeak: 0.7, redOffPeak: 0.2 });
  t.match(await home.ask('/api/v1/tempo'), { microEurosPerKwh: 300_000, problem: null });
  await home.stop();
  await home.boot();
  await home.clock.advance(1_000);
  t.match(await home.ask('/api/v1/tempo'), { today: { colour: 'white' }, microEurosPerKwh: 300_000 });
  const { facts } = await home.ask<{ facts: readonly { name: string }[] }>('/api/v1/grid');
  t.match(
    facts.find(({ name }) => name === 'price'),
    { value: 0.3, unknown: null },
    'and jobs go by it',
  );
  await home.stop();
});
