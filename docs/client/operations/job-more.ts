// Made by scripts/make-client.mjs from what the commands declare.
interface JobOutlookInput {
  /** ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h); an hour ago unless said */
  from?: string;
  /** Not in it; as from, 48 hours from now unless said */
  to?: string;
}

interface JobOutlookOutput {
  fromMs: number;
  toMs: number;
  /** g CO₂ equivalent per kWh */
  carbon: {
    /** Ascending; where there is none it is not known */
    slots: {
      startMs: number;
      endMs: number;
      value: number;
      /** known: measured, or published for certain */
      basis: 'known' | 'forecast';
    }[];
    /** Why it is not known now; null while it is */
    unknown: string | null;
  };
  /** Micro-euros per kWh that is bought */
  price: {
    /** Ascending; where there is none it is not known */
    slots: {
      startMs: number;
      endMs: number;
      value: number;
      /** known: measured, or published for certain */
      basis: 'known' | 'forecast';
    }[];
    /** Why it is not known now; null while it is */
    unknown: string | null;
  };
  /** MW that the zone produces above what it consumes */
  surplus: {
    /** Ascending; where there is none it is not known */
    slots: {
      startMs: number;
      endMs: number;
      value: number;
      /** known: measured, or published for certain */
      basis: 'known' | 'forecast';
    }[];
    /** Why it is not known now; null while it is */
    unknown: string | null;
  };
  /** 1 in a red day of the tariff, else 0 */
  red: {
    /** Ascending; where there is none it is not known */
    slots: {
      startMs: number;
      endMs: number;
      value: number;
      /** known: measured, or published for certain */
      basis: 'known' | 'forecast';
    }[];
    /** Why it is not known now; null while it is */
    unknown: string | null;
  };
  /** W that the house gives to the grid */
  own_export: {
    /** Ascending; where there is none it is not known */
    slots: {
      startMs: number;
      endMs: number;
      value: number;
      /** known: measured, or published for certain */
      basis: 'known' | 'forecast';
    }[];
    /** Why it is not known now; null while it is */
    unknown: string | null;
  };
}

type JobRightsInput = Record<string, never>;

interface JobRightsOutput {
  /** Add, start and cancel */
  mayRun: boolean;
  /** Not only what is allowed by the configuration */
  mayRunAny: boolean;
  /** Command lines that may be added as they are */
  lines: string[];
}

type JobSpoolInput = Record<string, never>;

interface JobSpoolOutput {
  /** null where no folder is watched */
  path: string | null;
  /** Why nothing is taken from it; null while all is well */
  problem: string | null;
  /** Files that are there and not taken yet */
  waiting: number;
  /** Since the gateway started */
  taken: number;
  /** The newest first, and not all of them */
  rejected: {
    name: string;
    reason: string;
    atMs: number;
  }[];
}

export interface JobMoreOperations {
  /** What jobs go by, as it was and as it is expected: carbon, price, surplus, red days, own export. Needs the scope read. */
  'job.outlook': { input: JobOutlookInput; output: JobOutlookOutput };
  /** What you may do about jobs: run and cancel them, and which command lines you may add. Needs the scope read. */
  'job.rights': { input: JobRightsInput; output: JobRightsOutput };
  /** The folder that jobs come from as files: what waits there, and what was rejected and why. Needs the scope read. */
  'job.spool': { input: JobSpoolInput; output: JobSpoolOutput };
}
