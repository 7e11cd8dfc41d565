import type { Clock } from '../../../core/clock.ts';
import { addDays, tempoDayAt, tempoSeasonOf, type TempoDay } from '../../../core/tempo-day.ts';
import type { ColourBook } from './colour-book.ts';

const pauseMs = 3_600_000;
/** Before, the machine's clock has not been set, and what it calls today is not. */
const earliestMs = Date.UTC(2020, 0);

export interface SeasonWishPorts {
  readonly clock: Clock;
  readonly book: ColourBook;
  /** The first day whose colour is needed; this season's is needed in any case. */
  readonly since: TempoDay | undefined;
  /** Has these seasons asked for, by their first days. */
  readonly want: (firstDays: readonly TempoDay[]) => void;
}

/** Says which seasons have days before today of which nothing was said. */
export class SeasonWish {
  readonly #ports: SeasonWishPorts;
  #lookedMs = -Infinity;

  constructor(ports: SeasonWishPorts) {
    this.#ports = ports;
  }

  /** Looks at most once an hour. */
  look(): void {
    const { clock, book, since, want } = this.#ports;
    const nowMs = clock.wall();
    if (!book.isRestored || nowMs < earliestMs || Math.abs(nowMs - this.#lookedMs) < pauseMs) return;
    this.#lookedMs = nowMs;
    const today = tempoDayAt(nowMs);
    const { firstDay } = tempoSeasonOf(today);
    const first = since !== undefined && since < firstDay ? since : firstDay;
    want(book.unknownSeasons(first, addDays(today, -1)));
  }
}
