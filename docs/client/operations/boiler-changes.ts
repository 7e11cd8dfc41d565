// Made by scripts/make-client.mjs from what the commands declare.
interface BoilerRecomputeInput {
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
  /** Only says what would change */
  dryRun?: boolean;
}

interface BoilerRecomputeOutput {
  /** What was computed again begins here */
  fromMs: number;
  /** and ends here; earlier than asked for where the time ran out */
  toMs: number;
  /** Minutes that were computed again */
  minutes: number;
  /** Of them, those that came to something else */
  changedMinutes: number;
  isDryRun: boolean;
  /** The first 1000 stretches that came to something else */
  changes: {
    startMs: number;
    endMs: number;
    durationMs: number;
    /** undefined: an input that is needed is not known */
    before: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch';
    /** undefined: an input that is needed is not known */
    after: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch';
  }[];
  /** What was left out, and why */
  notes: string[];
}

export interface BoilerChangesOperations {
  /** Compute the phases of a time again from its minutes, and say what changed; tells nobody. Needs the scope admin. */
  'boiler.recompute': { input: BoilerRecomputeInput; output: BoilerRecomputeOutput };
}
