import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { EnphaseService } from '../../../modbus-sim/services/enphase-service.ts';
import { HomewizardService } from '../../../modbus-sim/services/homewizard-service.ts';
import { JemacService } from '../../../modbus-sim/services/jemac-service.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { ErrorCode } from '../../../gateway/core/errors.ts';
import type { Misbehaviour } from '../../../modbus-sim/services/misbehaviour.ts';
import type { SimulatedService } from '../../../modbus-sim/services/service.ts';
import { ElectricityMapsService } from '../../../modbus-sim/services/electricity-maps-service.ts';
import { TasmotaService } from '../../../modbus-sim/services/tasmota-service.ts';
import { EvohomeService } from '../../../modbus-sim/services/evohome-service.ts';
import { TempoService } from '../../../modbus-sim/services/tempo-service.ts';
import { OpenweathermapService } from '../../../modbus-sim/services/openweathermap-service.ts';

/** What the conformance suite needs to know of a source that asks over HTTP: one entry a source. */
export interface ConformanceCase {
  /** Of the source. */
  readonly id: string;
  /** Where a source has several: `v2`. */
  readonly name?: string;
  /** Whether its service speaks https, with a certificate that nobody has signed. */
  readonly isSecure?: true;
  /** When it is read, UTC epoch ms. */
  readonly nowMs: number;
  /** A service as it is at its beginning. */
  readonly service: () => SimulatedService;
  /** What leads to the service at `http://127.0.0.1:port`, or `https:`; the definition's defaults are filled in. */
  readonly options: (url: string) => OptionValues;
  /** Some of what a good reading says, by quantity, or `part quantity`. */
  readonly good: Readonly<Record<string, number | string>>;
  /** What must not be shown besides the options that are secret: tokens that the service gives. */
  readonly secrets?: readonly string[];
  /** How much later each reading is than the last, by the gateway's clock: for a source that itself waits; 0 unless said. */
  readonly readingGapMs?: number;
  /** What a source waits at least, whatever it is told. */
  readonly retryAfterMsMin?: number;
  /** Where the first request is answered so, and the source rightly does otherwise than the others. */
  readonly differs?: Readonly<Partial<Record<Misbehaviour, ErrorCode | 'well'>>>;
}

const winterMs = Date.parse('2026-01-14T16:40:00Z');
const summerMs = Date.parse('2026-06-12T11:00:00Z');

function homeAt(nowMs: number): SimulatedHome {
  return new SimulatedHome({ seed: 3, startMs: nowMs - 3_600_000 });
}

/** As Enphase gives them: signed, and with the time at which they end. */
function jsonWebToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

const enphaseToken = jsonWebToken({ exp: (summerMs + 86_400_000) / 1_000 });

const homewizardToken = '0123456789ABCDEF0123456789ABCDEF';

function homewizard(product: 'HWE-P1' | 'HWE-SKT'): HomewizardService {
  const service = new HomewizardService({ home: homeAt(summerMs), product, zone: 'Europe/Paris' });
  service.users.set('local/egw', homewizardToken);
  return service;
}

export const conformanceCases: readonly ConformanceCase[] = [
  {
    id: 'openweathermap',
    nowMs: winterMs,
    service: () => new OpenweathermapService({ seed: 7, plans: { 'key-0a1b2c3d4e5f': 'one-call' } }),
    options: (baseUrl) => ({ baseUrl, apiKey: 'key-0a1b2c3d4e5f', latitude: 45.764, longitude: 4.8357 }),
    good: { lat: 45.764, lon: 4.8357 },
  },
  {
    id: 'electricity-maps',
    nowMs: winterMs,
    service: () =>
      new ElectricityMapsService({ seed: 7, token: 'token-5e3f1a', zones: ['FR'], plan: 'commercial' }),
    options: (url) => ({ baseUrl: `${url}/v3`, token: 'token-5e3f1a', zone: 'FR' }),
    good: {},
  },
  {
    id: 'tasmota',
    nowMs: winterMs,
    service: () =>
      new TasmotaService({
        startMs: Date.parse('2026-01-14T15:40:00Z'),
        password: 'plug-password-77',
        powerW: () => [812],
        totalWh: 412_957,
      }),
    options: (url) => ({ url, password: 'plug-password-77' }),
    good: { load_power_w: 812, load_energy_kwh: 413.769, relay_on: 1, name: 'Boiler plug' },
  },
  {
    id: 'enphase',
    isSecure: true,
    nowMs: summerMs,
    service: () =>
      new EnphaseService({ home: homeAt(summerMs), serial: '122233344455', token: enphaseToken }),
    options: (url) => ({ url, token: enphaseToken, acceptAnyCertificate: true }),
    good: {},
  },
  {
    id: 'homewizard-p1',
    name: 'v1',
    nowMs: summerMs,
    service: () => homewizard('HWE-P1'),
    options: (url) => ({ host: url, api: 'v1' }),
    good: { product_type: 'HWE-P1' },
  },
  {
    id: 'homewizard-p1',
    name: 'v1 of a socket',
    nowMs: summerMs,
    service: () => homewizard('HWE-SKT'),
    options: (url) => ({ host: url, api: 'v1' }),
    good: { product_type: 'HWE-SKT' },
  },
  {
    id: 'homewizard-p1',
    name: 'v2',
    isSecure: true,
    nowMs: summerMs,
    service: () => homewizard('HWE-P1'),
    options: (url) => ({ host: url, api: 'v2', token: homewizardToken, acceptAnyCertificate: true }),
    good: { product_type: 'HWE-P1' },
  },
  {
    id: 'jemac-p1',
    nowMs: summerMs,
    service: () => new JemacService(homeAt(summerMs), { variant: 'nl-5', zone: 'Europe/Paris' }),
    options: (url) => ({ host: url }),
    good: {},
  },
  {
    id: 'evohome',
    nowMs: Date.parse('2026-01-14T18:30:00Z'),
    service: () =>
      new EvohomeService({ seed: 7, username: 'john@example.com', password: 'secret-4b1d', loginsMax: 1e3 }),
    options: (baseUrl) => ({ baseUrl, username: 'john@example.com', password: 'secret-4b1d' }),
    good: {
      'location-2738909 name': 'My Home',
      'zone-3432576 name': 'Main Room',
      'zone-3432577 set_point_mode': 'TemporaryOverride',
      'zone-3432521 fault_count': 1,
      'system-3432522 system_mode': 'Auto',
      'zone-3432601 name': 'Studio',
    },
    readingGapMs: 20 * 60_000,
    retryAfterMsMin: 15 * 60_000,
  },
  {
    id: 'tempo',
    name: 'rte',
    nowMs: Date.parse('2026-01-14T07:00:00Z'),
    service: () => new TempoService({ seed: 7, clientId: 'house-5a1c', clientSecret: 'secret-7e2f9b' }),
    options: (url) => ({
      providers: ['rte'],
      rteBaseUrl: url,
      rteClientId: 'house-5a1c',
      rteClientSecret: 'secret-7e2f9b',
    }),
    good: { 'today.day': '2026-01-14', season: '2025-2026' },
  },
  {
    id: 'tempo',
    name: 'rte-public',
    nowMs: Date.parse('2026-01-14T07:00:00Z'),
    service: () => new TempoService({ seed: 7, clientId: '', clientSecret: '' }),
    options: (url) => ({ providers: ['rte-public'], rtePublicBaseUrl: url }),
    good: { 'today.day': '2026-01-14' },
  },
  {
    id: 'tempo',
    name: 'couleur-tempo',
    nowMs: Date.parse('2026-01-14T07:00:00Z'),
    service: () => new TempoService({ seed: 7, clientId: '', clientSecret: '' }),
    options: (url) => ({ providers: ['couleur-tempo'], couleurTempoBaseUrl: `${url}/api` }),
    good: { 'today.day': '2026-01-14' },
  },
];
