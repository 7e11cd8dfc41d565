import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { answerJson, type SourceRequest } from './http-answers.ts';
import { currentWeather, oneCallWeather, successCode } from './openweathermap-fields.ts';
import { numberOption, textOption } from './option-values.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader } from './source.ts';

const minuteMs = 60_000;

/** A blocked account is let in again after minutes to hours; its answer does not say when. */
const blockedMs = 10 * minuteMs;

const options: OptionFields = {
  apiKey: {
    type: 'text',
    description: 'The API key of your account; a new one takes up to two hours until it is let in.',
    min: 1,
    max: 200,
    pattern: '^[!-~]+$',
    isSecret: true,
    environment: ['OPENWEATHER_API_KEY'],
  },
  latitude: {
    type: 'number',
    description: 'Of the home, in degrees, north positive.',
    min: -90,
    max: 90,
    environment: ['LATITUDE'],
  },
  longitude: {
    type: 'number',
    description: 'Of the home, in degrees, east positive.',
    min: -180,
    max: 180,
    environment: ['LONGITUDE'],
  },
  api: {
    type: 'choice',
    description:
      'One Call 3.0, which needs a subscription of its own, or the current weather 2.5; auto takes 3.0 where the key has it.',
    values: ['auto', '3.0', '2.5'],
    default: 'auto',
  },
  baseUrl: {
    type: 'text',
    description: 'Where the service is.',
    default: 'https://api.openweathermap.org',
    max: 500,
  },
};

/**
 * OpenWeatherMap: One Call 3.0 (openweathermap.org/api/one-call-3) and current weather 2.5
 * (openweathermap.org/current). Kelvin are asked for, as the services give them unless told otherwise.
 */
export const openweathermap: SourceDefinition = {
  id: 'openweathermap',
  title: 'OpenWeatherMap: the weather now',
  source: 'openweathermap.org/api/one-call-3, openweathermap.org/current; read 2026-01',
  options,
  // The provider has new data every ten minutes; a day of 3.0 has 1000 free calls.
  pace: {
    periodMs: 10 * minuteMs,
    periodMsMin: minuteMs,
    timeoutMs: 30_000,
    requestsPerDay: 1000,
  },
  lane: (values) => baseUrlOf(values).host,
  open: (values, ports) => new OpenweathermapReader(values, ports),
};

function baseUrlOf(values: OptionValues): BaseUrl {
  return new BaseUrl('baseUrl', textOption(values, 'baseUrl'));
}

class OpenweathermapReader implements SourceReader {
  readonly #base: BaseUrl;
  readonly #query: Readonly<Record<string, string>>;
  readonly #ports: SourcePorts;
  readonly #canFallBack: boolean;
  #api: '3.0' | '2.5';

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#base = baseUrlOf(values);
    this.#query = {
      lat: String(numberOption(values, 'latitude')),
      lon: String(numberOption(values, 'longitude')),
      appid: textOption(values, 'apiKey'),
    };
    this.#ports = ports;
    const api = textOption(values, 'api');
    this.#canFallBack = api === 'auto';
    this.#api = api === '2.5' ? '2.5' : '3.0';
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const nowMs = this.#ports.clock.wall();
    if (this.#api === '2.5') return this.#readCurrent(nowMs, signal);
    const query = { ...this.#query, exclude: 'minutely,hourly,daily,alerts' };
    const request = this.#request(this.#base.to('/data/3.0/onecall', query), nowMs);
    const answer = await this.#ports.http.request(request, signal);
    if (!isUnsubscribed(answer)) return oneCallWeather(said(answer, request), nowMs);
    if (!this.#canFallBack) throw unsubscribed(answer);
    this.#ports.logger.info(
      { source: this.#ports.id },
      'the key has no subscription to One Call 3.0: the weather is read from 2.5, without UV index and dew point',
    );
    this.#api = '2.5';
    return this.#readCurrent(nowMs, signal);
  }

  async #readCurrent(nowMs: number, signal: AbortSignal): Promise<SourceAnswer> {
    const request = this.#request(this.#base.to('/data/2.5/weather', this.#query), nowMs);
    return currentWeather(said(await this.#ports.http.request(request, signal), request), nowMs);
  }

  #request(url: string, nowMs: number): SourceRequest {
    return {
      url,
      headers: { accept: 'application/json' },
      reach: this.#base.secretReach,
      credentialOption: 'apiKey',
      addressOption: 'baseUrl',
      nowMs,
    };
  }
}

/** What the answer's JSON says. Its own code counts too: a proxy may give an error with status 200. */
function said(answer: HttpAnswer, request: SourceRequest): unknown {
  try {
    const json = answerJson(answer, request);
    const code = successCode(json);
    if (code !== 200) answerJson({ ...answer, status: code }, request);
    return json;
  } catch (error) {
    throw explained(error);
  }
}

/** Says what a refusal may mean here, and when to come again, which the service does not say. */
function explained(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const { code, message, facts } = error;
  if (code === 'rate_limited')
    return new GatewayError(code, message, {
      hint: 'make its period longer, and see on openweathermap.org what its plan allows',
      facts: { retryAfterMs: blockedMs, ...facts },
    });
  if (code === 'source_refused')
    return new GatewayError(code, message, {
      hint: 'check the setting apiKey; a new key takes up to two hours until it is let in',
      facts,
    });
  if (code === 'answer_invalid' && facts['status'] === 400)
    return new GatewayError(code, message, {
      hint: 'check the settings latitude and longitude, in degrees',
      facts,
    });
  return error;
}

function isUnsubscribed({ status, body }: HttpAnswer): boolean {
  return status === 401 && /separate subscription/i.test(new TextDecoder().decode(body));
}

function unsubscribed({ status }: HttpAnswer): GatewayError {
  return new GatewayError('source_refused', 'the API key has no subscription to One Call 3.0', {
    hint: 'subscribe to One Call 3.0 with it, or set api to auto or 2.5',
    facts: { status },
  });
}
