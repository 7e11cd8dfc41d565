import { GatewayError } from '../../core/errors.ts';
import { addDays, isTempoDay, type TempoDay, type TempoSeason } from '../../core/tempo-day.ts';
import { tempoColours } from '../../core/tempo-rules.ts';
import type { BaseUrl } from '../base-url.ts';
import { listAt, numberAt, textAt } from './fields.ts';
import { getJson } from './http-answers.ts';
import type { SourcePorts } from './source.ts';
import { othersIn } from './tempo-others.ts';
import type { TempoAnswer, TempoClaim, TempoProvider } from './tempo-provider.ts';

const known = /^\[\d+\]\.(dateJour|codeJour|periode|libCouleur)$/;
const unknownCode = 0;

/** The community’s API, without a key: https://www.api-couleur-tempo.fr/api/docs. */
export class CouleurTempo implements TempoProvider {
  readonly id = 'couleur-tempo';
  readonly #baseUrl: BaseUrl;
  readonly #ports: SourcePorts;

  constructor(baseUrl: BaseUrl, ports: SourcePorts) {
    this.#baseUrl = baseUrl;
    this.#ports = ports;
  }

  async days(first: TempoDay, last: TempoDay, signal: AbortSignal): Promise<TempoAnswer> {
    const asked: string[] = [];
    for (let day = first; day <= last; day = addDays(day, 1)) asked.push(`dateJour[]=${day}`);
    const answer = await this.#ask(asked.join('&'), signal);
    return { claims: readCouleurTempo(answer), others: othersIn(answer, known) };
  }

  async season({ label }: TempoSeason, last: TempoDay, signal: AbortSignal): Promise<readonly TempoClaim[]> {
    const claims = readCouleurTempo(await this.#ask(`periode[]=${label}`, signal));
    return claims.filter(({ day }) => day <= last);
  }

  #ask(query: string, signal: AbortSignal): Promise<unknown> {
    const encoded = query.replaceAll('[]', '%5B%5D');
    return getJson(
      this.#ports.http,
      {
        url: `${this.#baseUrl.to('/joursTempo')}?${encoded}`,
        headers: { accept: 'application/json' },
        reach: 'internet',
        addressOption: 'couleurTempoBaseUrl',
        nowMs: this.#ports.clock.wall(),
      },
      signal,
    );
  }
}

/** Code 0 is not known yet, which is no claim. Errors: `answer_invalid`, also for a code that there is not. */
export function readCouleurTempo(answer: unknown): readonly TempoClaim[] {
  return listAt(answer, '').flatMap((_item, index) => {
    const day = textAt(answer, `[${index}].dateJour`);
    const code = numberAt(answer, `[${index}].codeJour`);
    if (!isTempoDay(day)) throw invalid(`[${index}].dateJour`, 'a day such as 2025-01-10');
    if (code === unknownCode) return [];
    const colour = tempoColours[code - 1];
    if (colour === undefined) throw invalid(`[${index}].codeJour`, '0, 1, 2 or 3');
    return [{ day, colour, isFallback: false }];
  });
}

function invalid(where: string, expected: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'check the setting couleurTempoBaseUrl',
    facts: { where, expected },
  });
}
