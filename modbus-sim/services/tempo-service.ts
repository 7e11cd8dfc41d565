import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';
import {
  dayAfter,
  frenchDate,
  frenchIso,
  frenchTimeMs,
  seasonYear,
  simulatedSeason,
} from './tempo-season.ts';
import type { SimulatedColour } from './tempo-season.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const spanDaysMax = 366;
const tokenLifeS = 7200;
const calendarPath = '/open_api/tempo_like_supply_contract/v1/tempo_like_calendars';

export type SimulatedTempoProvider = 'rte' | 'rte-public' | 'couleur-tempo';

export interface TempoServiceOptions {
  readonly seed: number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The application has not subscribed to the calendar's API. */
  readonly isUnsubscribed?: true;
  /** Answers instead of what is asked for, as long as they last. */
  readonly outages?: readonly {
    readonly provider: SimulatedTempoProvider;
    readonly fromMs: number;
    readonly toMs: number;
    readonly status: number;
  }[];
  /** Days whose colour is published so much later than at 10:40 of the day before. */
  readonly lateMs?: Readonly<Record<string, number>>;
  /** Days of which something else is published first. */
  readonly corrections?: Readonly<
    Record<string, { readonly first: SimulatedColour; readonly untilMs: number }>
  >;
  /** Days that are made up, until the colour is published. */
  readonly fallbacks?: Readonly<Record<string, SimulatedColour>>;
  /** What one of them says of days, whatever is true. */
  readonly says?: Readonly<
    Partial<Record<SimulatedTempoProvider, Readonly<Record<string, SimulatedColour | undefined>>>>
  >;
}

interface Published {
  readonly colour: SimulatedColour;
  readonly isFallback: boolean;
  readonly updatedMs: number;
}

const codes = { BLUE: 1, WHITE: 2, RED: 3 } as const;
const frenchNames = ['Inconnu', 'Bleu', 'Blanc', 'Rouge'] as const;

/** RTE's official API, RTE's public page and api-couleur-tempo.fr, each under its own path. */
export class TempoService implements SimulatedService {
  readonly id = 'tempo';
  /** Tokens that were given out. */
  logins = 0;
  readonly #options: TempoServiceOptions;
  readonly #seasons = new Map<number, ReadonlyMap<string, SimulatedColour>>();
  readonly #tokens = new Map<string, number>();

  constructor(options: TempoServiceOptions) {
    this.#options = options;
  }

  /** What the day is in the end. */
  colourOf(day: string): SimulatedColour {
    const year = seasonYear(day);
    const season = this.#seasons.get(year) ?? simulatedSeason(this.#options.seed, year);
    this.#seasons.set(year, season);
    return season.get(day) ?? 'BLUE';
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const url = new URL(request.url, 'http://service');
    const provider = providerOf(url.pathname);
    if (provider === undefined) return jsonAnswer(404, { error: 'NOT_FOUND' });
    const outage = this.#options.outages?.find(
      (one) => one.provider === provider && nowMs >= one.fromMs && nowMs < one.toMs,
    );
    if (outage !== undefined)
      return jsonAnswer(outage.status, {
        error: 'COMMON_ERROR_T03',
        error_description: 'Error code unknown',
      });
    if (provider === 'rte') return this.#rte(request, url, nowMs);
    return provider === 'rte-public' ? this.#rtePublic(url, nowMs) : this.#couleurTempo(url, nowMs);
  }

  #published(provider: SimulatedTempoProvider, day: string, nowMs: number): Published | undefined {
    const updatedMs = frenchTimeMs(dayAfter(day, -1), 10, 40) + (this.#options.lateMs?.[day] ?? 0);
    const own = this.#options.says?.[provider] ?? {};
    if (Object.hasOwn(own, day)) return published(own[day], updatedMs);
    if (nowMs >= updatedMs) return this.#corrected(day, updatedMs, nowMs);
    const madeUp = published(this.#options.fallbacks?.[day], updatedMs - hourMs);
    return madeUp && { ...madeUp, isFallback: true };
  }

  #corrected(day: string, updatedMs: number, nowMs: number): Published | undefined {
    const correction = this.#options.corrections?.[day];
    if (correction === undefined) return published(this.colourOf(day), updatedMs);
    const { first, untilMs } = correction;
    return nowMs < untilMs ? published(first, updatedMs) : published(this.colourOf(day), untilMs);
  }

  #rte(request: ServiceRequest, url: URL, nowMs: number): ServiceAnswer {
    if (url.pathname.startsWith('/token/oauth')) return this.#giveToken(request, nowMs);
    if (url.pathname !== calendarPath) return jsonAnswer(404, { error: 'NOT_FOUND' });
    const token = request.headers['authorization']?.replace(/^Bearer /, '') ?? '';
    if ((this.#tokens.get(token) ?? 0) <= nowMs) return jsonAnswer(401, { error: 'UNAUTHORIZED' });
    if (this.#options.isUnsubscribed) return jsonAnswer(403, { error: 'FORBIDDEN' });
    const startMs = Date.parse(url.searchParams.get('start_date') ?? '');
    const endMs = Date.parse(url.searchParams.get('end_date') ?? '');
    const refusal = refusalOf(url, startMs, endMs, nowMs);
    if (refusal !== undefined)
      return jsonAnswer(400, {
        error: `TMPLIKSUPCON_TMPLIKCAL_${refusal}`,
        error_description: 'Bad request',
      });
    return jsonAnswer(200, this.#calendar(url, startMs, endMs, nowMs));
  }

  #giveToken({ method, headers }: ServiceRequest, nowMs: number): ServiceAnswer {
    const { clientId, clientSecret } = this.#options;
    const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    if (method !== 'POST') return jsonAnswer(405, { error: 'METHOD_NOT_ALLOWED' });
    if (headers['authorization'] !== expected) return jsonAnswer(401, { error: 'invalid_client' });
    this.logins += 1;
    const token = `BV5YkWq0${this.logins}x${this.#options.seed}token`;
    this.#tokens.set(token, nowMs + tokenLifeS * 1000);
    return jsonAnswer(200, { access_token: token, token_type: 'Bearer', expires_in: tokenLifeS });
  }

  /** Newest first. */
  #calendar(url: URL, startMs: number, endMs: number, nowMs: number): object {
    const values: object[] = [];
    const withFallback = url.searchParams.get('fallback_status') === 'true';
    for (let day = frenchDate(startMs); frenchTimeMs(day, 0) < endMs; day = dayAfter(day)) {
      const published = this.#published('rte', day, nowMs);
      if (published === undefined) continue;
      values.unshift({
        start_date: frenchIso(frenchTimeMs(day, 0)),
        end_date: frenchIso(frenchTimeMs(dayAfter(day), 0)),
        value: published.colour,
        updated_date: frenchIso(published.updatedMs),
        ...(withFallback && { fallback: published.isFallback }),
      });
    }
    const bounds = { start_date: frenchIso(startMs), end_date: frenchIso(endMs) };
    return { tempo_like_calendars: { ...bounds, values } };
  }

  #rtePublic(url: URL, nowMs: number): ServiceAnswer {
    const today = frenchDate(nowMs);
    const isSeason = url.pathname.endsWith('/tempo');
    const year = Number(/^(\d{4})-\d{4}$/.exec(url.searchParams.get('season') ?? '')?.[1] ?? Number.NaN);
    if (isSeason && Number.isNaN(year)) return jsonAnswer(400, { error: 'season' });
    const last = dayAfter(today);
    const values: Record<string, string> = {};
    for (let day = isSeason ? `${year}-09-01` : today; day <= last; day = dayAfter(day)) {
      if (isSeason && seasonYear(day) !== year) break;
      const published = this.#published('rte-public', day, nowMs);
      if (published === undefined) continue;
      values[day] = published.colour;
      values[`${day}-fallback`] = String(published.isFallback);
    }
    return jsonAnswer(200, { values });
  }

  /** It knows nothing of what is made up, and asks RTE shortly after 11:00. */
  #couleurTempo(url: URL, nowMs: number): ServiceAnswer {
    const asked = [...url.searchParams.getAll('dateJour[]')];
    for (const label of url.searchParams.getAll('periode[]')) {
      const year = Number(label.slice(0, 4));
      const last = dayAfter(frenchDate(nowMs), 2);
      for (let day = `${year}-09-01`; day <= last && seasonYear(day) === year; day = dayAfter(day))
        asked.push(day);
    }
    if (url.pathname !== '/api/joursTempo' || asked.length === 0)
      return jsonAnswer(404, { '@type': 'hydra:Error', 'hydra:description': 'Not Found' });
    return jsonAnswer(
      200,
      asked.toSorted().map((day) => {
        const published = this.#published('couleur-tempo', day, nowMs - 25 * 60_000);
        const codeJour = published === undefined || published.isFallback ? 0 : codes[published.colour];
        const year = seasonYear(day);
        return {
          dateJour: day,
          codeJour,
          periode: `${year}-${year + 1}`,
          libCouleur: frenchNames[codeJour],
        };
      }),
    );
  }
}

function published(colour: SimulatedColour | undefined, updatedMs: number): Published | undefined {
  return colour === undefined ? undefined : { colour, isFallback: false, updatedMs };
}

function providerOf(path: string): SimulatedTempoProvider | undefined {
  if (path.startsWith('/token/oauth') || path.startsWith('/open_api/')) return 'rte';
  if (path.startsWith('/cms/open_data/')) return 'rte-public';
  return path.startsWith('/api/') ? 'couleur-tempo' : undefined;
}

/** Codes of RTE's user guide, section on functional errors. */
function refusalOf(url: URL, startMs: number, endMs: number, nowMs: number): string | undefined {
  const format = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;
  const [start, end] = [url.searchParams.get('start_date'), url.searchParams.get('end_date')];
  if (start === null || end === null) return 'F01';
  if (!format.test(start) || !format.test(end)) return 'F04';
  if (startMs > endMs) return 'F02';
  if (endMs - startMs > spanDaysMax * dayMs + hourMs) return 'F03';
  return endMs > frenchTimeMs(dayAfter(frenchDate(nowMs), 2), 0) ? 'F05' : undefined;
}
