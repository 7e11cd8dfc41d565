import type { GridForecast } from '../../core/grid-forecast.ts';

/** A source that tells of a zone of the grid, as the outlook sees it. */
export interface GridSource {
  readonly id: string;
  readonly zone: string;
  readonly periodMs: number;
  /** When it answered last, UTC epoch ms; undefined: not since the start. */
  readonly readAtMs: number | undefined;
  /** What went wrong last; undefined while all is well. */
  readonly problem: string | undefined;
  readonly forecast: GridForecast | undefined;
}
