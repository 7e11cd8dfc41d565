/** A stretch of whole minutes in one phase; the end is not in it. */
export interface StoredPhase {
  /** UTC epoch ms, on the minute. */
  readonly startMs: number;
  readonly endMs: number;
  /** Its name: `combustion`. */
  readonly phase: string;
}

/** The phases of boilers: the part of `StoreCalls` about them. */
export interface BoilerCalls {
  /**
   * What the phases of a range are: instead of what was known of it, in one transaction; neighbours of the same phase
   * become one. The spans are in order, at most `limits.phaseSpansMax`, within the range, and fill it. What says the same
   * again writes nothing. Errors: `input_invalid`; nothing is changed then.
   */
  putPhases(of: {
    readonly boiler: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly spans: readonly StoredPhase[];
  }): void;
  /** Those that touch the range, whole, oldest first; `nextFromMs` goes on where `rowsMax` cut it. */
  listPhases(query: {
    readonly boiler: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly rowsMax: number;
  }): { readonly spans: readonly StoredPhase[]; readonly nextFromMs?: number };
  /** Where the newest one ends: up to there all is known; null when there is none. */
  phasesEndMs(boiler: string): number | null;
  /** Those that ended by then. Bounded per call; answers how many. */
  prunePhases(of: { readonly boiler: string; readonly beforeMs: number }): number;
}
