import type { GridHour } from '../core/grid-hour.ts';

/** Hours of the grid as providers say them: the part of `StoreCalls` about them. */
export interface GridCalls {
  /** Replaces what was said of the same zone and start, unless that is newer. Answers how many were new or changed. */
  putGridHours(hours: readonly GridHour[]): number;
  /** Those that begin in the range, ascending. */
  listGridHours(query: {
    readonly zone: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly rowsMax: number;
  }): readonly GridHour[];
  /** Of each zone that there is something of. */
  gridZones(): readonly {
    readonly zone: string;
    readonly hours: number;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  /** Answers how many are gone. */
  pruneGridHours(beforeMs: number): number;
}
