import { GatewayError } from '../../core/errors.ts';
import { addDays, tempoSeasonOf, type TempoDay } from '../../core/tempo-day.ts';
import type { TempoClaim, TempoProviderId } from './tempo-provider.ts';
import type { TempoProviders } from './tempo-providers.ts';

/** What one provider says of the days of a season. */
export interface LearnedSeason {
  readonly provider: TempoProviderId;
  readonly claims: readonly TempoClaim[];
}

/** Learns whole seasons of before: one at a time, and of each provider one a day, and the same one once. */
export class TempoSeasons {
  readonly #providers: TempoProviders;
  #wanted: readonly TempoDay[] = [];
  /** When a provider, and when a season, was last asked for. */
  readonly #lastDays = new Map<string, TempoDay>();
  readonly #learned = new Set<string>();

  constructor(providers: TempoProviders) {
    this.#providers = providers;
  }

  /** Instead of those that were wanted before, by their first days. */
  want(firstDays: readonly TempoDay[]): void {
    this.#wanted = firstDays.toSorted().reverse();
  }

  /** The newest season that somebody may be asked for now, up to yesterday; undefined where there is none. */
  async learnNext(today: TempoDay, signal: AbortSignal): Promise<LearnedSeason | undefined> {
    for (const firstDay of this.#wanted) {
      const season = tempoSeasonOf(firstDay);
      const keyOf = (id: TempoProviderId): string => `${id} ${season.label}`;
      const provider = this.#providers
        .inOrder(true)
        .find(({ id }) => this.#lastDays.get(id) !== today && !this.#learned.has(keyOf(id)));
      const yesterday = addDays(today, -1);
      const isAsked = this.#lastDays.get(season.label) === today;
      if (provider === undefined || isAsked || season.firstDay > yesterday) continue;
      const last = season.lastDay < yesterday ? season.lastDay : yesterday;
      const ask = async (): Promise<readonly TempoClaim[]> => await provider.season(season, last, signal);
      const claims = await this.#providers.ask(provider, ask);
      if (claims instanceof GatewayError) return undefined;
      this.#lastDays.set(provider.id, today).set(season.label, today);
      if (season.lastDay < today) this.#learned.add(keyOf(provider.id));
      const isOfSeason = ({ day }: TempoClaim): boolean => day >= season.firstDay && day <= last;
      return { provider: provider.id, claims: claims.filter(isOfSeason) };
    }
    return undefined;
  }
}
