import type { SeriesId } from '../core/reading.ts';

/** Series ids from `from` on and below `to`: the part of all series that one bounded step looks after. */
export interface SeriesSlice {
  readonly from: SeriesId;
  readonly to: SeriesId;
}

export const allSeries: SeriesSlice = { from: 0, to: 2 ** 32 };
