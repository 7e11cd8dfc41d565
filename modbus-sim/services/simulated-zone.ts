import { SeededRandom } from '../random.ts';
import { SmoothNoise } from '../smooth-noise.ts';

const hourMs = 3_600_000;

/** g CO₂ equivalent per kWh, whole life: IPCC 2014, Annex III, medians. */
const gramsPerKwh = {
  nuclear: 12,
  geothermal: 38,
  biomass: 230,
  coal: 820,
  wind: 11,
  solar: 45,
  hydro: 24,
  gas: 490,
  oil: 650,
  unknown: 700,
  'hydro discharge': 60,
  'battery discharge': 60,
} as const;

export type ZoneSource = keyof typeof gramsPerKwh;

const zoneSources = Object.keys(gramsPerKwh) as readonly ZoneSource[];

/** Sources that a zone says nothing of. */
const unmeasured: ReadonlySet<ZoneSource> = new Set<ZoneSource>(['geothermal', 'battery discharge']);

/** One hour of a zone, whole megawatts; null is not measured. Consumed = produced + imported − exported, each source too. */
export interface ZoneHour {
  readonly consumption: Readonly<Record<ZoneSource, number | null>>;
  readonly production: Readonly<Record<ZoneSource, number | null>>;
  readonly imports: Readonly<Record<string, number>>;
  readonly exports: Readonly<Record<string, number>>;
  readonly carbonIntensity: number;
  readonly fossilFreePercentage: number;
  readonly renewablePercentage: number;
}

const fossil: readonly ZoneSource[] = ['coal', 'gas', 'oil', 'unknown'];
const notRenewable: readonly ZoneSource[] = [...fossil, 'nuclear'];

/** Power stations that burn gas follow demand softly, between these. */
const gasMwMin = 500;
const gasMwMax = 9_000;

/**
 * A zone like France, with sun and wind of its own: a pure function of seed, zone and hour. At night and at noon it
 * mostly has power to spare, in the morning and most of all in the evening it burns gas and imports.
 */
export class SimulatedZone {
  readonly #wind: SmoothNoise;
  readonly #demand: SmoothNoise;
  readonly #sky: SmoothNoise;

  constructor(seed: number, zone: string) {
    const random = new SeededRandom(seed).fork(`zone ${zone}`);
    this.#wind = new SmoothNoise(random.fork('wind'), 40 * hourMs);
    this.#demand = new SmoothNoise(random.fork('demand'), 30 * hourMs);
    this.#sky = new SmoothNoise(random.fork('sky'), 24 * hourMs);
  }

  /** @param estimateError share by which demand is misjudged: 0 for what is measured in the end */
  hour(startMs: number, estimateError = 0): ZoneHour {
    const hourOfDay = (startMs / hourMs) % 24;
    const sun =
      Math.max(0, Math.sin(((hourOfDay - 6) / 12) * Math.PI)) * (0.75 + 0.25 * this.#sky.at(startMs));
    const evening = peak(hourOfDay, 18, 3);
    const usual = 46_500 + 7_000 * peak(hourOfDay, 8, 3) + 5_000 * peak(hourOfDay, 13, 4) + 12_000 * evening;
    const demand = (usual + 1_500 * this.#demand.at(startMs)) * (1 + estimateError);
    const production = sources({
      nuclear: 34_000,
      biomass: 900,
      coal: 150,
      wind: 6_000 + 2_000 * this.#wind.at(startMs),
      solar: 13_000 * sun,
      hydro: 6_500,
      'hydro discharge': 1_500 * evening,
      oil: 120,
      unknown: 40,
    });
    const missing = demand - total(production);
    const gas = Math.round(gasMwMin + (gasMwMax - gasMwMin) / (1 + Math.exp((6_000 - missing) / 2_800)));
    return zoneHour({ ...production, gas }, Math.round(missing - gas));
  }
}

/** 1 at an hour of the day, and less around it. */
function peak(hourOfDay: number, atHour: number, widthHours: number): number {
  const hours = Math.abs(hourOfDay - atHour);
  return Math.exp(-((Math.min(hours, 24 - hours) / widthHours) ** 2));
}

type Produced = Readonly<Record<ZoneSource, number>>;

function sources(known: Partial<Record<ZoneSource, number>>): Produced {
  return Object.fromEntries(
    zoneSources.map((source) => [source, Math.max(0, Math.round(known[source] ?? 0))]),
  ) as Produced;
}

/** What is exported is of all sources alike; what is imported comes from a neighbour that burns gas. */
function zoneHour(produced: Produced, netImportMw: number): ZoneHour {
  const imported = Math.max(0, netImportMw);
  const exported = Math.max(0, -netImportMw);
  const consumed: Record<ZoneSource, number> = { ...produced, gas: produced.gas + imported };
  let left = exported;
  for (const source of zoneSources) {
    const share = Math.min(left, Math.ceil((produced[source] / Math.max(1, total(produced))) * exported));
    consumed[source] -= share;
    left -= share;
  }
  const all = total(consumed);
  const grams = zoneSources.reduce((sum, source) => sum + consumed[source] * gramsPerKwh[source], 0);
  const part = (not: readonly ZoneSource[]): number =>
    Math.round(100 - (100 * not.reduce((sum, source) => sum + consumed[source], 0)) / all);
  return {
    consumption: withNulls(consumed),
    production: withNulls(produced),
    imports: { BE: Math.floor(imported / 2), DE: Math.ceil(imported / 2), CH: 0 },
    exports: { BE: 0, DE: 0, CH: exported },
    carbonIntensity: Math.round(grams / all),
    fossilFreePercentage: part(fossil),
    renewablePercentage: part(notRenewable),
  };
}

function withNulls(mix: Produced): ZoneHour['production'] {
  return Object.fromEntries(
    zoneSources.map((source) => [source, unmeasured.has(source) ? null : mix[source]]),
  ) as ZoneHour['production'];
}

function total(mix: Readonly<Record<string, number | null>>): number {
  return Object.values(mix).reduce<number>((sum, mw) => sum + (mw ?? 0), 0);
}
