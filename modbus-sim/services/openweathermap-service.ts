import { defaultHome } from '../home-options.ts';
import type { Site } from '../site.ts';
import { oneCallAnswer, currentAnswer } from './openweathermap-answers.ts';
import type { Units } from './openweathermap-answers.ts';
import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';
import { SimulatedWeather } from './simulated-weather.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** `free`: current weather 2.5; `one-call`: One Call 3.0 too. */
export type WeatherPlan = 'free' | 'one-call';

export interface OpenweathermapOptions {
  /** Of the home, so that its panels and the weather agree. */
  readonly seed: number;
  readonly plans: Readonly<Record<string, WeatherPlan>>;
  /** A key made later than this is not known yet. */
  readonly keysKnownFromMs?: number;
  /** Of one key on 2.5. */
  readonly callsPerMinuteMax?: number;
  /** Of one key on 3.0, per UTC day. */
  readonly callsPerDayMax?: number;
  readonly utcOffsetMinutes?: number;
}

const invalidKey = 'Invalid API key. Please see https://openweathermap.org/faq#error401 for more info.';
const notSubscribed =
  'Please note that using One Call 3.0 requires a separate subscription to the One Call by Call plan. Learn more here https://openweathermap.org/price. If you have a valid subscription to the One Call by Call plan, but still receive this error, then please see https://openweathermap.org/faq#error401 for more info.';
const blocked =
  'Your account is temporary blocked due to exceeding of requests limitation of your subscription type. Please choose the proper subscription https://openweathermap.org/price';

/**
 * api.openweathermap.org: current weather 2.5 and One Call 3.0, after openweathermap.org/current and
 * openweathermap.org/api/one-call-3. New data every ten minutes.
 */
export class OpenweathermapService implements SimulatedService {
  readonly id = 'openweathermap';
  readonly #options: OpenweathermapOptions;
  readonly #weather: SimulatedWeather;
  readonly #calls = new Map<string, number>();

  constructor(options: OpenweathermapOptions) {
    this.#options = options;
    this.#weather = new SimulatedWeather(options.seed);
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const url = new URL(request.url, 'http://service');
    const isOneCall = url.pathname === '/data/3.0/onecall';
    if (!isOneCall && url.pathname !== '/data/2.5/weather') return failure(404, 'Internal error', true);
    if (request.method !== 'GET') return failure(405, 'Method not allowed');
    return this.#refusal(url, isOneCall, nowMs) ?? this.#answer(url, isOneCall, nowMs);
  }

  #refusal(url: URL, isOneCall: boolean, nowMs: number): ServiceAnswer | undefined {
    const key = url.searchParams.get('appid') ?? '';
    const { plans, keysKnownFromMs = 0 } = this.#options;
    const plan = Object.hasOwn(plans, key) ? plans[key] : undefined;
    if (plan === undefined || nowMs < keysKnownFromMs) return failure(401, invalidKey);
    if (isOneCall && plan === 'free') return failure(401, notSubscribed);
    return this.#isTooMany(key, isOneCall, nowMs) ? failure(429, blocked) : undefined;
  }

  #isTooMany(key: string, isOneCall: boolean, nowMs: number): boolean {
    const { callsPerMinuteMax = 60, callsPerDayMax = 1000 } = this.#options;
    return isOneCall
      ? this.#count(`3.0 ${key} ${Math.floor(nowMs / dayMs)}`) > callsPerDayMax
      : this.#count(`2.5 ${key} ${Math.floor(nowMs / minuteMs)}`) > callsPerMinuteMax;
  }

  #count(window: string): number {
    const count = (this.#calls.get(window) ?? 0) + 1;
    // Only the newest windows matter.
    if (this.#calls.size > 1000) this.#calls.clear();
    this.#calls.set(window, count);
    return count;
  }

  #answer(url: URL, isOneCall: boolean, nowMs: number): ServiceAnswer {
    const latitudeDeg = degrees(url, 'lat');
    const longitudeDeg = degrees(url, 'lon');
    if (latitudeDeg === undefined || longitudeDeg === undefined) {
      return failure(400, 'Nothing to geocode', true);
    }
    if (!(Math.abs(latitudeDeg) <= 90)) return failure(400, 'wrong latitude', true);
    if (!(Math.abs(longitudeDeg) <= 180)) return failure(400, 'wrong longitude', true);
    const utcOffsetMinutes = this.#options.utcOffsetMinutes ?? defaultHome.site.utcOffsetMinutes;
    const site: Site = { latitudeDeg, longitudeDeg, utcOffsetMinutes };
    const atMs = Math.floor(nowMs / (10 * minuteMs)) * 10 * minuteMs;
    const answer = isOneCall ? oneCallAnswer : currentAnswer;
    const units = unitsOf(url.searchParams.get('units'));
    return jsonAnswer(200, answer(this.#weather.at(atMs, site), { atMs, site, units }));
  }
}

function degrees(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  return text === null || text === '' ? undefined : Number(text);
}

/** What it does not know it takes for `standard`. */
function unitsOf(text: string | null): Units {
  return text === 'metric' || text === 'imperial' ? text : 'standard';
}

/** The code is a number in some errors and a text in others. */
function failure(status: number, message: string, isText = false): ServiceAnswer {
  return jsonAnswer(status, { cod: isText ? String(status) : status, message });
}
