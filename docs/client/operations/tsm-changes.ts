// Made by scripts/make-client.mjs from what the commands declare.
interface TsmAddInput {
  /** Answers what it would do, and changes nothing */
  dryRun?: boolean;
  /** @maxItems 10000 */
  colours: {
    day: string;
    colour: 'blue' | 'white' | 'red';
  }[];
  /** @maxItems 200 */
  prices: {
    validFrom: string;
    validTo: string | null;
    prices: {
      blue: {
        /** Micro-euros per kWh */
        peak: number;
        /** Micro-euros per kWh */
        'off-peak': number;
      };
      white: {
        /** Micro-euros per kWh */
        peak: number;
        /** Micro-euros per kWh */
        'off-peak': number;
      };
      red: {
        /** Micro-euros per kWh */
        peak: number;
        /** Micro-euros per kWh */
        'off-peak': number;
      };
    };
    source: string;
  }[];
  /**
   * Energy of parts of bands, in the order of time
   *
   * @maxItems 10000
   */
  stretches: {
    day: string;
    band: 'peak' | 'off-peak';
    startMs: number;
    endMs: number;
    kind: 'measured' | 'estimated' | 'down';
    mwh: number | null;
    startTotalMwh: number | null;
    endTotalMwh: number | null;
  }[];
  /** What the plug said last */
  mark: {
    atMs: number;
    totalMwh: number;
  } | null;
  /** @maxItems 1000 */
  members: {
    id: string;
    name: string;
    /** Where it is in the database, for people */
    where: string;
  }[];
  /** @maxItems 10000 */
  presences: {
    member: string;
    arrival: string;
    leave: string | null;
    /** Where it is in the database, for people */
    where: string;
  }[];
  /** @maxItems 10000 */
  derogations: {
    member: string;
    startMs: number;
    endMs: number;
    /** Where it is in the database, for people */
    where: string;
  }[];
  /** @maxItems 10000 */
  statements: {
    year: number;
    member: string;
    microEuros: number;
    paidDay: string | null;
    /** Where it is in the database, for people */
    where: string;
  }[];
}

interface TsmAddOutput {
  added: {
    colours: number;
    prices: number;
    stretches: number;
    members: number;
    presences: number;
    derogations: number;
    statements: number;
  };
  /** What is there already, as it is */
  known: number;
  refused: {
    where: string;
    why: string;
  }[];
  remarks: string[];
}

export interface TsmChangesOperations {
  /** Add what a database of TSM says; what is there already stands. Needs the scope admin. */
  'tsm.add': { input: TsmAddInput; output: TsmAddOutput };
}
