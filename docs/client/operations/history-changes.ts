// Made by scripts/make-client.mjs from what the commands declare.
interface HistoryAddInput {
  /** The same in all parts of one import: the audit log has one line for them */
  importId: string;
  /** Answers what it would do, and changes nothing */
  dryRun?: boolean;
  /**
   * Whole hours of series, 4000 readings in all at most
   *
   * @maxItems 200
   */
  hours: {
    /** The device or source, or a part of it: p1, p1/gas-4730 */
    device: string;
    quantity: string;
    /** Where an hour of UTC starts */
    startMs: number;
    /**
     * When each was measured, in milliseconds after that, each later than the one before
     *
     * @minItems 1
     * @maxItems 3600
     */
    afterMs: [number, ...number[]];
    /**
     * @minItems 1
     * @maxItems 3600
     */
    value: [number, ...number[]];
  }[];
  /**
   * Words, by time
   *
   * @maxItems 200
   */
  texts?: {
    /** The device or source, or a part of it: p1, p1/gas-4730 */
    device: string;
    quantity: string;
    atMs: number;
    text: string;
  }[];
}

interface HistoryAddOutput {
  /** Readings that are new */
  added: number;
  /** Readings that are there already, as they are */
  known: number;
  /** Readings at times at which there is something else, which stands */
  differing: number;
  /** Readings that are older than hours are kept */
  tooOld: number;
  /** Readings of later than now */
  tooNew: number;
  /** Words that are new */
  texts: number;
  /** The first of those that differ */
  differences: {
    device: string;
    quantity: string;
    atMs: number;
  }[];
}

export interface HistoryChangesOperations {
  /** Add readings of the past from elsewhere; what is there already stands. Needs the scope admin. */
  'history.add': { input: HistoryAddInput; output: HistoryAddOutput };
}
