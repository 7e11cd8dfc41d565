import type { SeriesKey } from './reading.ts';

/** What a device or a source said in words, from that time on: kept, told and sent when it changes. */
export interface SaidText extends SeriesKey {
  /** UTC epoch ms. */
  readonly atMs: number;
  readonly text: string;
}
