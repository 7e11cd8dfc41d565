import { describeError, errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { GridForecast } from '../../core/grid-forecast.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import type { BaseUrl } from '../base-url.ts';
import { readBreakdown, readForecast, readIntensity, readMix } from './electricity-maps-answers.ts';
import { readGridHours } from './electricity-maps-hours.ts';
import { getJson } from './http-answers.ts';
import type { SourceAnswer, SourcePorts, SourceReader } from './source.ts';

const minuteMs = 60_000;
/** What the plan does not have is tried again then. */
const refusedPauseMs = 24 * 60 * minuteMs;
const forecastPeriodMs = 55 * minuteMs;
/** Valid keys have been refused for hours, and unlimited asking would not help. */
const refusedRetryMs = 60 * minuteMs;
const limitedRetryMs = 15 * minuteMs;

export interface ElectricityMapsOptions {
  readonly token: string;
  readonly zone: string;
  readonly baseUrl: BaseUrl;
  /** What each question says besides the zone. */
  readonly query: Readonly<Record<string, string>>;
  readonly wantsForecast: boolean;
}

/** Not every key may ask for each, and the second is to take the place of the first (API documentation, 2025-11). */
const intensityPath = '/carbon-intensity/latest';
const breakdownPath = '/power-breakdown/latest';
const mixPath = '/electricity-mix/latest';
const histories = [
  { path: '/carbon-intensity/history', of: intensityPath },
  { path: '/power-breakdown/history', of: breakdownPath },
] as const;

/**
 * Asks for the intensity, and for the mix and the forecast, which not every plan has: what is refused is logged once,
 * and fails no reading that has either the intensity or the mix. The last 24 hours are asked for when a new one has
 * begun: at the start, after every gap, and for what has been revised.
 */
export class ElectricityMapsReader implements SourceReader {
  readonly #options: ElectricityMapsOptions;
  readonly #ports: SourcePorts;
  readonly #pausedUntilMs = new Map<string, number>();
  readonly #complaints = new Map<string, ErrorCode>();
  #forecast: GridForecast | undefined;
  /** What the reading that is going on, or was last, has said of hours. */
  #hours: GridHour[] = [];
  /** The newest hour at the time that each history was asked for. */
  readonly #historyTo = new Map<string, number>();

  constructor(options: ElectricityMapsOptions, ports: SourcePorts) {
    this.#options = options;
    this.#ports = ports;
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    this.#hours = [];
    const intensity = await this.#intensityOrRefusal(signal);
    const mix = await this.#readMix(signal);
    const answers =
      mix === undefined ? [await this.#insist(intensity, signal)] : [this.#bearRefusal(intensity), mix];
    if (this.#options.wantsForecast) await this.#refreshForecast(signal);
    await this.#refreshHistory(signal);
    return {
      values: answers.flatMap((answer) => answer?.values ?? []),
      texts: answers.flatMap((answer) => answer?.texts ?? []),
    };
  }

  /** What the provider last forecast; undefined where the plan has no forecast. Its hours may have passed. */
  forecast(): GridForecast | undefined {
    return this.#forecast;
  }

  gridHours(): readonly GridHour[] {
    return this.#hours;
  }

  async #intensity(signal: AbortSignal): Promise<SourceAnswer> {
    const answer = await this.#ask(intensityPath, signal);
    const intensity = readIntensity(answer, this.#options.zone);
    this.#hours.push(...readGridHours(answer, this.#options.zone));
    this.#complaints.delete(intensityPath);
    return intensity;
  }

  /** Undefined while it need not be asked for again. What is no refusal fails the reading. */
  async #intensityOrRefusal(signal: AbortSignal): Promise<SourceAnswer | GatewayError | undefined> {
    if (this.#isPaused(intensityPath)) return undefined;
    try {
      return await this.#intensity(signal);
    } catch (error) {
      if (error instanceof GatewayError && isRefusal(error.code)) return error;
      throw error;
    }
  }

  /** Without the mix there must be an intensity. */
  async #insist(
    intensity: SourceAnswer | GatewayError | undefined,
    signal: AbortSignal,
  ): Promise<SourceAnswer> {
    if (intensity instanceof GatewayError) throw intensity;
    return intensity ?? (await this.#intensity(signal));
  }

  #bearRefusal(intensity: SourceAnswer | GatewayError | undefined): SourceAnswer | undefined {
    if (!(intensity instanceof GatewayError)) return intensity;
    this.#bear(intensityPath, intensity);
    this.#pause(intensityPath, refusedRetryMs);
    return undefined;
  }

  async #readMix(signal: AbortSignal): Promise<SourceAnswer | undefined> {
    const breakdown = await this.#askOptional(breakdownPath, signal, (answer, zone) => {
      const read = readBreakdown(answer, zone);
      this.#hours.push(...readGridHours(answer, zone));
      return read;
    });
    if (breakdown !== undefined || !isRefusal(this.#complaints.get(breakdownPath))) return breakdown;
    return await this.#askOptional(mixPath, signal, readMix);
  }

  async #refreshForecast(signal: AbortSignal): Promise<void> {
    const path = '/carbon-intensity/forecast';
    const forecast = await this.#askOptional(path, signal, readForecast);
    if (forecast === undefined) return;
    this.#forecast = forecast;
    this.#pause(path, forecastPeriodMs);
  }

  async #refreshHistory(signal: AbortSignal): Promise<void> {
    const newestMs = this.#hours.reduce((newest, { startMs }) => Math.max(newest, startMs), -Infinity);
    for (const { path, of } of histories) {
      if ((this.#historyTo.get(path) ?? -Infinity) >= newestMs) continue;
      if (isRefusal(this.#complaints.get(of))) continue;
      const hours = await this.#askOptional(path, signal, readGridHours);
      if (hours === undefined) continue;
      // What was said of the newest hour by itself comes last, and wins where both are of the same time.
      this.#hours.unshift(...hours);
      this.#historyTo.set(path, newestMs);
    }
  }

  async #askOptional<Read>(
    path: string,
    signal: AbortSignal,
    read: (answer: unknown, zone: string) => Read,
  ): Promise<Read | undefined> {
    if (this.#isPaused(path)) return undefined;
    try {
      const found = read(await this.#ask(path, signal), this.#options.zone);
      this.#complaints.delete(path);
      return found;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#bear(path, error);
      return undefined;
    }
  }

  #bear(path: string, error: GatewayError): void {
    const retryAfterMs = error.facts['retryAfterMs'];
    if (!error.retryable) this.#pause(path, refusedPauseMs);
    else if (typeof retryAfterMs === 'number') this.#pause(path, retryAfterMs);
    if (this.#complaints.get(path) === error.code) return;
    this.#complaints.set(path, error.code);
    this.#ports.logger.warn(
      { source: this.#ports.id, path, code: error.code },
      `Electricity Maps gives no ${path.slice(1)}: ${describeError(error)}`,
    );
  }

  #isPaused(path: string): boolean {
    return this.#ports.clock.monotonic() < (this.#pausedUntilMs.get(path) ?? -Infinity);
  }

  #pause(path: string, pauseMs: number): void {
    this.#pausedUntilMs.set(path, this.#ports.clock.monotonic() + pauseMs);
  }

  async #ask(path: string, signal: AbortSignal): Promise<unknown> {
    const { token, zone, baseUrl, query } = this.#options;
    try {
      return await getJson(
        this.#ports.http,
        {
          url: baseUrl.to(path, { zone, ...query }),
          headers: { 'auth-token': token, accept: 'application/json' },
          reach: baseUrl.secretReach,
          credentialOption: 'token',
          addressOption: 'baseUrl',
          nowMs: this.#ports.clock.wall(),
        },
        signal,
      );
    } catch (error) {
      throw explained(error, zone);
    }
  }
}

/** The key may not ask for it, or it is no more. */
function isRefusal(code: ErrorCode | undefined): boolean {
  return code === 'source_refused' || code === 'source_missing';
}

/** Says what a refusal may mean here, and when to come again where the API does not say it. */
function explained(error: unknown, zone: string): unknown {
  if (!(error instanceof GatewayError)) return error;
  const code = errorCodeOf(error);
  if (code === 'source_refused')
    return withFacts(
      error,
      refusedRetryMs,
      `check the setting token, and that its key is for the zone ${zone}: portal.electricitymaps.com; valid keys have been refused for hours, so it is asked again every hour`,
    );
  if (code === 'rate_limited') return withFacts(error, limitedRetryMs, error.hint);
  if (code === 'source_missing' && error.facts['location'] === undefined)
    return withFacts(error, undefined, `check the settings zone (${zone}) and baseUrl`);
  return error;
}

function withFacts(
  error: GatewayError,
  retryAfterMs: number | undefined,
  hint: string | undefined,
): GatewayError {
  return new GatewayError(error.code, error.message, {
    ...(hint !== undefined && { hint }),
    cause: error.cause,
    facts: { ...(retryAfterMs !== undefined && { retryAfterMs }), ...error.facts },
  });
}
