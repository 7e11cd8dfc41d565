import { GatewayError } from '../../core/errors.ts';
import { localIso } from '../../core/local-hour.ts';
import { addDays, frenchDateAt, frenchInstantMs, tempoZone, type TempoDay } from '../../core/tempo-day.ts';
import type { TempoSeason } from '../../core/tempo-day.ts';
import type { BaseUrl } from '../base-url.ts';
import { listAt, objectAt, textAt } from './fields.ts';
import { getJson } from './http-answers.ts';
import type { SourcePorts } from './source.ts';
import { othersIn } from './tempo-others.ts';
import type { TempoAnswer, TempoClaim, TempoProvider } from './tempo-provider.ts';
import { RteToken, type RteCredentials } from './tempo-rte-token.ts';
import { rteColour } from './tempo-rte-colour.ts';

const path = '/open_api/tempo_like_supply_contract/v1/tempo_like_calendars';
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const known =
  /^tempo_like_calendars\.(start_date|end_date|values\[\d+\]\.(start_date|end_date|value|updated_date|fallback))$/;

/** RTE's official API: Tempo Like Supply Contract 1.0, user guide v01.02. */
export class RteTempo implements TempoProvider {
  readonly id = 'rte';
  readonly #baseUrl: BaseUrl;
  readonly #ports: SourcePorts;
  readonly #token: RteToken;

  constructor(baseUrl: BaseUrl, credentials: RteCredentials, ports: SourcePorts) {
    this.#baseUrl = baseUrl;
    this.#ports = ports;
    this.#token = new RteToken(baseUrl, credentials, ports);
  }

  async days(first: TempoDay, last: TempoDay, signal: AbortSignal): Promise<TempoAnswer> {
    const answer = await this.#ask(first, last, signal);
    return { claims: readRteCalendar(answer), others: othersIn(answer, known) };
  }

  async season(season: TempoSeason, last: TempoDay, signal: AbortSignal): Promise<readonly TempoClaim[]> {
    return readRteCalendar(await this.#ask(season.firstDay, last, signal));
  }

  async #ask(first: TempoDay, last: TempoDay, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#askOnce(first, last, signal);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.facts['status'] !== 401) throw explained(error);
    }
    this.#token.drop();
    try {
      return await this.#askOnce(first, last, signal);
    } catch (error) {
      throw explained(error);
    }
  }

  async #askOnce(first: TempoDay, last: TempoDay, signal: AbortSignal): Promise<unknown> {
    const midnight = (day: TempoDay): string => localIso(tempoZone, frenchInstantMs(day, 0));
    const token = await this.#token.get(signal);
    return getJson(
      this.#ports.http,
      {
        url: this.#baseUrl.to(path, {
          start_date: midnight(first),
          end_date: midnight(addDays(last, 1)),
          fallback_status: 'true',
        }),
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        reach: this.#baseUrl.secretReach,
        credentialOption: 'rteClientSecret',
        addressOption: 'rteBaseUrl',
        nowMs: this.#ports.clock.wall(),
      },
      signal,
    );
  }
}

/**
 * Of a day that comes twice, what was updated last counts. A day without a value is not known. Errors:
 * `answer_invalid`.
 */
export function readRteCalendar(answer: unknown): readonly TempoClaim[] {
  const claims = new Map<TempoDay, TempoClaim & { readonly updatedMs: number }>();
  listAt(answer, 'tempo_like_calendars.values').forEach((_item, index) => {
    const where = `tempo_like_calendars.values[${index}]`;
    const item = objectAt(answer, where);
    // Bounds are at midnight, or at 06:00: the date is the same.
    const day = frenchDateAt(timeMs(textAt(answer, `${where}.start_date`), `${where}.start_date`));
    const colour = rteColour(item['value'], `${where}.value`);
    const updatedMs = updatedAt(item['updated_date']);
    if (colour === undefined || updatedMs <= (claims.get(day)?.updatedMs ?? -Infinity)) return;
    claims.set(day, { day, colour, isFallback: fallbackOf(item['fallback'], where), updatedMs });
  });
  return [...claims.values()].map(({ day, colour, isFallback }) => ({ day, colour, isFallback }));
}

function fallbackOf(value: unknown, where: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw invalid(`${where}.fallback`, 'true or false');
}

function updatedAt(value: unknown): number {
  return typeof value === 'string' && isoTime.test(value) ? Date.parse(value) || 0 : 0;
}

function timeMs(text: string, where: string): number {
  const ms = isoTime.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw invalid(where, 'a time such as 2025-01-09T00:00:00+01:00');
  return ms;
}

function invalid(where: string, expected: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'check the setting rteBaseUrl',
    facts: { where, expected },
  });
}

function explained(error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code !== 'source_refused') return error;
  const hint =
    error.facts['status'] === 403
      ? 'subscribe your application to the API “Tempo Like Supply Contract” on data.rte-france.com'
      : 'check the settings rteClientId and rteClientSecret against your application on data.rte-france.com';
  return new GatewayError(error.code, error.message, { hint, facts: error.facts, cause: error.cause });
}
