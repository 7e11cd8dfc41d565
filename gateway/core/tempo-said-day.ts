import type { TempoDay } from './tempo-day.ts';
import type { TempoColour } from './tempo-rules.ts';

/** A colour as a provider has said it. */
export interface SaidTempoDay {
  readonly day: TempoDay;
  readonly colour: TempoColour;
  /** `rte`, `rte-public`, `couleur-tempo`; `by hand`; `tsm`. */
  readonly provider: string;
  /** Provisional: it was said before 11:00 of the day before, or others say otherwise. */
  readonly state: 'provisional' | 'final';
  /** When it was said, UTC epoch ms. */
  readonly heardMs: number;
}
