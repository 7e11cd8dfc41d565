import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';
import { SimulatedZone } from './simulated-zone.ts';
import type { ZoneHour } from './simulated-zone.ts';

const hourMs = 3_600_000;
const historyHours = 24;
/** Hours whose values are estimates, and revised afterwards. */
const estimatedHours = 3;
/** Share of demand that estimates and forecasts are off by. */
const estimateError = 0.01;
const horizons = ['6', '24', '48', '72'];

export interface ElectricityMapsServiceOptions {
  readonly seed: number;
  readonly token: string;
  /** The zones of the key. */
  readonly zones: readonly string[];
  /** `free`: no forecast. */
  readonly plan: 'free' | 'commercial';
  /** Of the key, in a clock hour; more are told 429. */
  readonly requestsPerHourMax?: number;
  /** How late all data are. */
  readonly staleMs?: number;
  /** What the API takes for the caller's place when no zone is said. */
  readonly callerZone?: string;
  /** `GET /power-breakdown` has been retired, as was announced. */
  readonly isBreakdownRetired?: true;
  /** What the key may not ask for besides: `/carbon-intensity/latest`. */
  readonly refusedPaths?: readonly string[];
}

const allZones: Readonly<Record<string, string>> = {
  DE: 'Germany',
  'DK-DK1': 'West Denmark',
  FR: 'France',
  GB: 'Great Britain',
};

/** api.electricitymaps.com/v3 as its documentation and its fixtures in aioelectricitymaps show it. */
export class ElectricityMapsService implements SimulatedService {
  readonly id = 'electricity-maps';
  readonly #options: ElectricityMapsServiceOptions;
  readonly #zones = new Map<string, SimulatedZone>();
  #window = 0;
  #requests = 0;

  constructor(options: ElectricityMapsServiceOptions) {
    this.#options = options;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const url = new URL(request.url, 'http://service');
    if (request.method !== 'GET' || !url.pathname.startsWith('/v3/')) return noRoute();
    const path = url.pathname.slice('/v3'.length);
    const token = request.headers['auth-token'];
    if (path === '/zones') return this.#listZones(token);
    const question = questions[path];
    if (question === undefined) return noRoute();
    if (token !== this.#options.token) return jsonAnswer(401, { error: 'Invalid auth-token' });
    if (this.#isTooMuch(nowMs)) return jsonAnswer(429, { message: 'Too Many Requests' }, retryHeader(nowMs));
    const zone = url.searchParams.get('zone') ?? this.#options.callerZone ?? 'FR';
    const refused = this.#refusal(path, zone);
    if (refused !== undefined) return refused;
    return question({ url, zone, hours: this.#hoursOf(zone, nowMs), nowMs });
  }

  #listZones(token: string | undefined): ServiceAnswer {
    const { zones, plan } = this.#options;
    const own = token === this.#options.token;
    const access = plan === 'free' ? Object.keys(questions).filter((path) => !isForecast(path)) : ['*'];
    const entries = Object.entries(allZones)
      .filter(([code]) => !own || zones.includes(code))
      .map(([code, zoneName]) => [
        code,
        own ? { zoneName, access: access.map((path) => path.replace(/^\//, '')) } : { zoneName },
      ]);
    return jsonAnswer(200, Object.fromEntries(entries));
  }

  #refusal(path: string, zone: string): ServiceAnswer | undefined {
    const { zones, plan, isBreakdownRetired, refusedPaths = [] } = this.#options;
    if (!Object.hasOwn(allZones, zone)) return jsonAnswer(404, { error: `Zone '${zone}' not found` });
    if (!zones.includes(zone) || (plan === 'free' && isForecast(path)) || refusedPaths.includes(path))
      return jsonAnswer(403, { error: `Access denied to ${path} for zone ${zone}` });
    return isBreakdownRetired && path.startsWith('/power-breakdown') ? noRoute() : undefined;
  }

  #isTooMuch(nowMs: number): boolean {
    const window = Math.floor(nowMs / hourMs);
    this.#requests = window === this.#window ? this.#requests + 1 : 1;
    this.#window = window;
    return this.#requests > (this.#options.requestsPerHourMax ?? Infinity);
  }

  #hoursOf(code: string, nowMs: number): HoursOfZone {
    const zone = this.#zones.get(code) ?? new SimulatedZone(this.#options.seed, code);
    this.#zones.set(code, zone);
    const newestMs = Math.floor((nowMs - (this.#options.staleMs ?? 0)) / hourMs) * hourMs;
    return {
      newestMs,
      at: (startMs) => {
        const isEstimated = startMs > newestMs - estimatedHours * hourMs;
        return { startMs, isEstimated, ...zone.hour(startMs, isEstimated ? estimateError : 0) };
      },
    };
  }
}

interface HourOfZone extends ZoneHour {
  readonly startMs: number;
  readonly isEstimated: boolean;
}

interface HoursOfZone {
  /** Start of the last hour that there is. */
  readonly newestMs: number;
  at(startMs: number): HourOfZone;
}

interface Question {
  readonly url: URL;
  readonly zone: string;
  readonly hours: HoursOfZone;
  readonly nowMs: number;
}

const questions: Readonly<Record<string, (question: Question) => ServiceAnswer>> = {
  '/carbon-intensity/latest': latestOf(intensityOf),
  '/carbon-intensity/history': historyOf(intensityOf),
  '/carbon-intensity/forecast': forecastAnswer,
  '/power-breakdown/latest': latestOf(breakdownOf),
  '/power-breakdown/history': historyOf(breakdownOf),
  '/electricity-mix/latest': mixAnswer,
  '/home-assistant': homeAssistantAnswer,
};

type Describe = (hour: HourOfZone, question: Question) => object;

function latestOf(describe: Describe) {
  return (question: Question): ServiceAnswer =>
    jsonAnswer(200, describe(question.hours.at(question.hours.newestMs), question));
}

function historyOf(describe: Describe) {
  return (question: Question): ServiceAnswer => {
    const firstMs = question.hours.newestMs - (historyHours - 1) * hourMs;
    const history = Array.from({ length: historyHours }, (_, index) =>
      describe(question.hours.at(firstMs + index * hourMs), question),
    );
    return jsonAnswer(200, { zone: question.zone, history });
  };
}

function intensityOf(hour: HourOfZone, { url, zone, nowMs }: Question): object {
  const isHidden = hour.isEstimated && url.searchParams.get('disableEstimations') === 'true';
  return {
    zone,
    carbonIntensity: isHidden ? null : hour.carbonIntensity,
    ...times(hour, nowMs),
    emissionFactorType: url.searchParams.get('emissionFactorType') ?? 'lifecycle',
    ...estimation(hour),
    temporalGranularity: 'hourly',
  };
}

function breakdownOf(hour: HourOfZone, { zone, nowMs }: Question): object {
  return {
    zone,
    ...times(hour, nowMs),
    powerConsumptionBreakdown: hour.consumption,
    powerProductionBreakdown: hour.production,
    powerImportBreakdown: hour.imports,
    powerExportBreakdown: hour.exports,
    fossilFreePercentage: hour.fossilFreePercentage,
    renewablePercentage: hour.renewablePercentage,
    powerConsumptionTotal: total(hour.consumption),
    powerProductionTotal: total(hour.production),
    powerImportTotal: total(hour.imports),
    powerExportTotal: total(hour.exports),
    ...estimation(hour),
  };
}

function forecastAnswer({ url, zone, hours, nowMs }: Question): ServiceAnswer {
  const horizon = url.searchParams.get('horizonHours') ?? '24';
  if (!horizons.includes(horizon)) return jsonAnswer(400, { error: 'Invalid horizonHours' });
  const forecast = Array.from({ length: Number(horizon) + 1 }, (_, index) => {
    const startMs = hours.newestMs + index * hourMs;
    return { carbonIntensity: hours.at(startMs).carbonIntensity, datetime: iso(startMs) };
  });
  return jsonAnswer(200, { zone, forecast, updatedAt: iso(updatedMs(nowMs)) });
}

function mixAnswer({ zone, hours }: Question): ServiceAnswer {
  const { startMs, consumption } = hours.at(hours.newestMs);
  const data = [{ datetime: iso(startMs), mix: consumption }];
  return jsonAnswer(200, { zone, temporalGranularity: 'hourly', unit: 'MW', data });
}

function homeAssistantAnswer({ zone, hours }: Question): ServiceAnswer {
  const { startMs, carbonIntensity, fossilFreePercentage } = hours.at(hours.newestMs);
  return jsonAnswer(200, {
    _disclaimer: 'This data is the exclusive property of Electricity Maps',
    status: 'ok',
    countryCode: zone,
    data: { datetime: iso(startMs), carbonIntensity, fossilFuelPercentage: 100 - fossilFreePercentage },
    units: { carbonIntensity: 'gCO2eq/kWh' },
  });
}

function times({ startMs }: HourOfZone, nowMs: number): object {
  return {
    datetime: iso(startMs),
    updatedAt: iso(updatedMs(nowMs)),
    createdAt: iso(startMs - 72 * hourMs),
  };
}

/** Data are computed anew every quarter of an hour. */
function updatedMs(nowMs: number): number {
  return Math.floor(nowMs / 900_000) * 900_000;
}

function estimation({ isEstimated }: HourOfZone): object {
  return { isEstimated, estimationMethod: isEstimated ? 'TIME_SLICER_AVERAGE' : null };
}

function total(mix: Readonly<Record<string, number | null>>): number {
  return Object.values(mix).reduce<number>((sum, mw) => sum + (mw ?? 0), 0);
}

function isForecast(path: string): boolean {
  return path.endsWith('/forecast');
}

function noRoute(): ServiceAnswer {
  return jsonAnswer(404, { message: 'no Route matched with those values' });
}

function retryHeader(nowMs: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.ceil((hourMs - (nowMs % hourMs)) / 1000)) };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
