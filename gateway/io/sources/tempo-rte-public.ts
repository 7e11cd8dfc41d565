import { isTempoDay, type TempoDay, type TempoSeason } from '../../core/tempo-day.ts';
import type { BaseUrl } from '../base-url.ts';
import { objectAt } from './fields.ts';
import { getJson } from './http-answers.ts';
import type { SourcePorts } from './source.ts';
import { othersIn } from './tempo-others.ts';
import type { TempoAnswer, TempoClaim, TempoProvider } from './tempo-provider.ts';
import { rteColour } from './tempo-rte-colour.ts';

const known = /^values\.\d{4}-\d{2}-\d{2}(-fallback)?$/;

/** What the page services-rte.com/tempo shows is made from: no key, no documentation. */
export class RtePublicTempo implements TempoProvider {
  readonly id = 'rte-public';
  readonly #baseUrl: BaseUrl;
  readonly #ports: SourcePorts;

  constructor(baseUrl: BaseUrl, ports: SourcePorts) {
    this.#baseUrl = baseUrl;
    this.#ports = ports;
  }

  async days(_first: TempoDay, _last: TempoDay, signal: AbortSignal): Promise<TempoAnswer> {
    const answer = await this.#ask('/cms/open_data/v1/tempoLight', {}, signal);
    return { claims: readRtePublic(answer), others: othersIn(answer, known) };
  }

  async season({ label }: TempoSeason, last: TempoDay, signal: AbortSignal): Promise<readonly TempoClaim[]> {
    const answer = await this.#ask('/cms/open_data/v1/tempo', { season: label }, signal);
    return readRtePublic(answer).filter(({ day }) => day <= last);
  }

  #ask(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    return getJson(
      this.#ports.http,
      {
        url: this.#baseUrl.to(path, query),
        // It answers browsers on its page more willingly.
        headers: {
          accept: 'application/json',
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          referer: 'https://www.services-rte.com/',
        },
        reach: 'internet',
        addressOption: 'rtePublicBaseUrl',
        nowMs: this.#ports.clock.wall(),
      },
      signal,
    );
  }
}

/** Keys that are no day are not read; words that are no colour neither. Errors: `answer_invalid`. */
export function readRtePublic(answer: unknown): readonly TempoClaim[] {
  const values = objectAt(answer, 'values');
  return Object.entries(values).flatMap(([day, value]) => {
    const colour = isTempoDay(day) ? rteColour(value, `values.${day}`) : undefined;
    if (colour === undefined) return [];
    const fallback = values[`${day}-fallback`];
    return [{ day, colour, isFallback: fallback === 'true' || fallback === true }];
  });
}
