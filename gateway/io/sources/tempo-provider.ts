import type { TempoDay, TempoSeason } from '../../core/tempo-day.ts';
import type { TempoColour } from '../../core/tempo-rules.ts';
import type { FlatFields } from './fields.ts';

/** What a provider says of one day. Days that it knows nothing of are not said. */
export interface TempoClaim {
  readonly day: TempoDay;
  readonly colour: TempoColour;
  /** Made up because what it is made from did not come: not to be relied on. */
  readonly isFallback: boolean;
}

export interface TempoAnswer {
  readonly claims: readonly TempoClaim[];
  /** Fields that we do not know. */
  readonly others: FlatFields;
}

export const tempoProviderIds = ['rte', 'rte-public', 'couleur-tempo'] as const;

export type TempoProviderId = (typeof tempoProviderIds)[number];

/**
 * One that says the colours. Claims may come in any order, and of more days than asked for. Errors: those of
 * SourceReader.read.
 */
export interface TempoProvider {
  readonly id: TempoProviderId;
  /** Both days included. */
  days(first: TempoDay, last: TempoDay, signal: AbortSignal): Promise<TempoAnswer>;
  /** The days of a season up to the last one. */
  season(season: TempoSeason, last: TempoDay, signal: AbortSignal): Promise<readonly TempoClaim[]>;
}
