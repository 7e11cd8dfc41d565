import assert from 'node:assert';
import type { SourceConfig } from '../gateway/config/config.ts';
import { sources as kinds } from '../gateway/io/sources/index.ts';
import type { SourcePace } from '../gateway/io/sources/source.ts';
import type { SimulatedHome } from '../modbus-sim/home.ts';
import { ElectricityMapsService } from '../modbus-sim/services/electricity-maps-service.ts';
import { EvohomeService } from '../modbus-sim/services/evohome-service.ts';
import { HomewizardService } from '../modbus-sim/services/homewizard-service.ts';
import { OpenweathermapService } from '../modbus-sim/services/openweathermap-service.ts';
import type { SimulatedService } from '../modbus-sim/services/service.ts';
import { TasmotaService } from '../modbus-sim/services/tasmota-service.ts';
import { TempoService } from '../modbus-sim/services/tempo-service.ts';

export const virtualSourceIds = ['p1', 'plug', 'weather', 'heating', 'carbon', 'colours'] as const;
export type VirtualSourceId = (typeof virtualSourceIds)[number];

/** A source of the virtual home: what the gateway is told of it, and where it is. */
export interface VirtualSource {
  readonly id: VirtualSourceId;
  readonly config: SourceConfig;
  readonly pace: SourcePace;
  readonly hosts: readonly string[];
  /** Its hosts are beyond the home, and are gone with the internet. */
  readonly isRemote: boolean;
  readonly service: SimulatedService;
}

export interface VirtualServices {
  readonly sources: readonly VirtualSource[];
  readonly evohome: EvohomeService;
  readonly tempo: TempoService;
}

export interface ServicesOptions {
  readonly home: SimulatedHome;
  readonly seed: number;
  readonly startMs: number;
  readonly ids: readonly VirtualSourceId[];
  /** Of the weather: every minute is more than a day of its provider allows. */
  readonly weatherPeriodMs: number;
}

const zone = 'Europe/Paris';
const password = 'virtual-password';
const username = 'somebody@example.org';
const key = '0123456789abcdef0123456789abcdef';

type Plan = Readonly<
  Record<
    VirtualSourceId,
    {
      readonly kind: string;
      readonly service: SimulatedService;
      readonly hosts: readonly string[];
      readonly isRemote?: true;
      readonly periodMs?: number;
      readonly options: SourceConfig['options'];
    }
  >
>;

/** Everything around the virtual home that is read besides its devices. */
export function virtualServices(options: ServicesOptions): VirtualServices {
  const { seed } = options;
  const evohome = new EvohomeService({ seed, username, password });
  const tempo = new TempoService({ seed, clientId: 'home', clientSecret: password });
  const plan = planOf(options, evohome, tempo);
  const sources = options.ids.map((id): VirtualSource => {
    const { kind, service, hosts, isRemote = false, periodMs, options: given } = plan[id];
    const definition = kinds.find((one) => one.id === kind);
    assert(definition !== undefined, `there is a kind ${kind}`);
    const { pace } = definition;
    const defaults = Object.entries(definition.options).map(
      ([name, field]) => [name, field.default] as const,
    );
    const config = {
      id,
      kind,
      enabled: true,
      periodMs: periodMs ?? pace.periodMs,
      options: { ...Object.fromEntries(defaults), ...given },
      missingSecrets: [],
    };
    return { id, config, pace, hosts, isRemote, service };
  });
  return { sources, evohome, tempo };
}

function planOf(
  { home, seed, startMs, weatherPeriodMs }: ServicesOptions,
  evohome: EvohomeService,
  tempo: TempoService,
): Plan {
  return {
    p1: {
      kind: 'homewizard-p1',
      service: new HomewizardService({ home, product: 'HWE-P1', zone }),
      hosts: ['p1.local'],
      options: { host: 'http://p1.local', api: 'v1' },
    },
    plug: {
      kind: 'tasmota',
      service: new TasmotaService({ startMs, powerW: (nowMs) => [nowMs % 2_700_000 < 900_000 ? 92 : 3] }),
      hosts: ['plug.local'],
      options: { url: 'http://plug.local' },
    },
    weather: {
      kind: 'openweathermap',
      service: new OpenweathermapService({ seed, plans: { [key]: 'one-call' } }),
      hosts: ['api.openweathermap.org'],
      isRemote: true,
      periodMs: weatherPeriodMs,
      options: { apiKey: key, latitude: 45.76, longitude: 4.84 },
    },
    heating: {
      kind: 'evohome',
      service: evohome,
      hosts: ['tccna.resideo.com'],
      isRemote: true,
      options: { username, password },
    },
    carbon: {
      kind: 'electricity-maps',
      service: new ElectricityMapsService({ seed, token: key, zones: ['FR'], plan: 'commercial' }),
      hosts: ['api.electricitymaps.com'],
      isRemote: true,
      options: { token: key, zone: 'FR' },
    },
    colours: {
      kind: 'tempo',
      service: tempo,
      hosts: ['digital.iservices.rte-france.com', 'www.services-rte.com', 'www.api-couleur-tempo.fr'],
      isRemote: true,
      options: { rteClientId: 'home', rteClientSecret: password },
    },
  };
}
