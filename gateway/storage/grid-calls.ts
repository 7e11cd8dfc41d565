import type { GridHour } from '../core/grid-hour.ts';

/** Hours of the grid as providers say them: the part of `StoreCalls` about them. */
export interface GridCalls {
  /**
   * Replaces what was said of the same zone and start, unless that is newer: carbon by itself, and production and
   * consumption by themselves, each with its own time; what is undefined erases nothing. What only says the same again
   * later writes nothing, and `updatedMs` stays as it is. Answers how many hours were new or changed. Errors:
   * `input_invalid` names the hour; nothing is stored then.
   */
  putGridHours(hours: readonly GridHour[]): number;
  /** Those that begin in the range, ascending. `isEstimated` when any of it is; `updatedMs` is the newer of the two. */
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
