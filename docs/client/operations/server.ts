// Made by scripts/make-client.mjs from what the commands declare.
interface ServerEnergyInput {
  /** First tariff day, such as 2026-11-01; 30 days unless said */
  from?: string;
  /** Last tariff day, in it; today unless said */
  to?: string;
  /** What it is added up by */
  by?: 'day' | 'band' | 'colour';
  /** Days in one answer at most */
  limit?: number;
}

interface ServerEnergyOutput {
  /** First tariff day, 06:00 to 06:00 */
  first: string;
  /** Last tariff day, in it */
  last: string;
  by: 'day' | 'band' | 'colour';
  /** By day, oldest first; otherwise none */
  days: {
    day: string;
    /** It is not over yet */
    isOpen: boolean;
    /** null: not known, or of all */
    colour: 'blue' | 'white' | 'red' | null;
    colourState: 'provisional' | 'final' | null;
    bands: {
      peak: {
        /** What it took; null: not known, mWh */
        mwh: number | null;
        /** Of that, what was spread over a time without readings, mWh */
        estimatedMwh: number;
        /** Of its time, what is accounted for */
        coveredMs: number;
        /** estimated: in part spread over a time without readings; down: not known; null: not read yet */
        kind: 'measured' | 'estimated' | 'down' | null;
      };
      'off-peak': {
        /** What it took; null: not known, mWh */
        mwh: number | null;
        /** Of that, what was spread over a time without readings, mWh */
        estimatedMwh: number;
        /** Of its time, what is accounted for */
        coveredMs: number;
        /** estimated: in part spread over a time without readings; down: not known; null: not read yet */
        kind: 'measured' | 'estimated' | 'down' | null;
      };
    };
    /** Of both bands; null: it is down, mWh */
    mwh: number | null;
    /** Of that, what was spread, mWh */
    estimatedMwh: number;
    /** estimated: in part spread over a time without readings; down: not known; null: not read yet */
    kind: 'measured' | 'estimated' | 'down' | null;
    /** Cost, rounded once; null: a price is not known, millionths of a euro */
    microEuros: number | null;
    /** Why there is no cost */
    problem: string | null;
  }[];
  /** By band or colour; otherwise none */
  sums: {
    /** null: not known, or of all */
    colour: 'blue' | 'white' | 'red' | null;
    /** peak: 06:00 to 22:00; null: of both */
    band: 'peak' | 'off-peak' | null;
    /** Days that were read, or are down */
    days: number;
    /** What it took, mWh */
    mwh: number;
    /** Of that, what was spread, mWh */
    estimatedMwh: number;
    /** Days of which nothing is known: they cost nothing */
    downDays: number;
    /** Cost of the days whose price is known, millionths of a euro */
    microEuros: number;
    /** Days whose price is not known */
    unpricedDays: number;
  }[];
  total: {
    /** null: not known, or of all */
    colour: 'blue' | 'white' | 'red' | null;
    /** peak: 06:00 to 22:00; null: of both */
    band: 'peak' | 'off-peak' | null;
    /** Days that were read, or are down */
    days: number;
    /** What it took, mWh */
    mwh: number;
    /** Of that, what was spread, mWh */
    estimatedMwh: number;
    /** Days of which nothing is known: they cost nothing */
    downDays: number;
    /** Cost of the days whose price is known, millionths of a euro */
    microEuros: number;
    /** Days whose price is not known */
    unpricedDays: number;
  };
  /** The first day of the account; null: it was never read */
  firstDay: string | null;
  /** Up to where the meter was read */
  countedToMs: number | null;
  /** How often the meter was found to have begun anew */
  restarts: number;
  /** There is more: ask again with this as `from` */
  next: string | null;
}

type ServerStatusInput = Record<string, never>;

interface ServerStatusOutput {
  /** For people */
  name: string;
  /** As it is seen; null: it cannot be seen */
  position: 'on' | 'off' | null;
  seenBy: 'plug' | 'switch' | null;
  seenAtMs: number | null;
  /** Of its plug, W */
  powerW: number | null;
  /** By the policy; null: it has no say */
  wanted: 'on' | 'off' | null;
  /** Why, stable */
  reason:
    | 'red-day'
    | 'red-tomorrow'
    | 'unknown-day-off'
    | 'unknown-tomorrow-off'
    | 'not-red'
    | 'off-peak'
    | 'derogation'
    | 'derogation-tomorrow'
    | 'unknown-day-on'
    | 'unknown-tomorrow-on'
    | null;
  /** Why, in words */
  why: string;
  /** When the policy wants something else; null: none in sight */
  nextChangeMs: number | null;
  /** What it wants then */
  nextPosition: 'on' | 'off' | null;
  nextWhy: string | null;
  /** false: a colour that is not known yet may change it */
  isNextCertain: boolean;
  lastOrder: {
    id: number;
    wanted: 'on' | 'off';
    cause: 'policy' | 'person' | 'ups';
    /** Who or what gave it */
    by: string;
    decidedMs: number;
    /** Stable: red-day, derogation, asked, battery-long */
    reason: string;
    /** Why, in words */
    words: string;
    /** waiting: not sent; sent: taken, not seen to be done; done: seen; unneeded: it was so; failed: given up; dry: not sent */
    state: 'waiting' | 'sending' | 'sent' | 'done' | 'unneeded' | 'failed' | 'superseded' | 'dry';
    /** Commands that were sent */
    tries: number;
    /** The last command */
    sentMs: number | null;
    endedMs: number | null;
    /** What went wrong last */
    problem: string | null;
  } | null;
  /** That can be used */
  hasSwitch: boolean;
  /** Its id, whether it can be used or not */
  switch: string | null;
  policy: 'seed' | 'tariff' | 'none';
  unknownColour: 'stay-on' | 'turn-off' | 'by-probability';
  /** Nothing is sent */
  dryRun: boolean;
  /** Why it is not as it was told to be */
  problem: string | null;
  /** The tariff day of now, and the next */
  days: {
    day: string;
    /** null: not known */
    colour: 'blue' | 'white' | 'red' | null;
    /** It may still turn out otherwise */
    isProvisional: boolean;
    redProbability: number;
  }[];
  /** Those that hold, until the end of the next tariff day */
  derogations: {
    id: number;
    member: string;
    startMs: number;
    endMs: number;
  }[];
  ups: {
    source: string;
    /** null: it has said nothing yet */
    isOnBattery: boolean | null;
    isLow: boolean | null;
    chargePercent: number | null;
    /** What the battery lasts for, s */
    runtimeS: number | null;
    /** Its last word */
    atMs: number | null;
    /** It has said something within the last minute */
    isHeard: boolean;
    /** shut: the server was shut down because of it */
    phase: 'mains' | 'battery' | 'shut';
  } | null;
}

interface ServerOrdersInput {
  /** Orders in one answer at most */
  limit?: number;
  /** Only those before the order of that id */
  before?: number;
}

interface ServerOrdersOutput {
  orders: {
    id: number;
    wanted: 'on' | 'off';
    cause: 'policy' | 'person' | 'ups';
    /** Who or what gave it */
    by: string;
    decidedMs: number;
    /** Stable: red-day, derogation, asked, battery-long */
    reason: string;
    /** Why, in words */
    words: string;
    /** waiting: not sent; sent: taken, not seen to be done; done: seen; unneeded: it was so; failed: given up; dry: not sent */
    state: 'waiting' | 'sending' | 'sent' | 'done' | 'unneeded' | 'failed' | 'superseded' | 'dry';
    /** Commands that were sent */
    tries: number;
    /** The last command */
    sentMs: number | null;
    endedMs: number | null;
    /** What went wrong last */
    problem: string | null;
  }[];
  /** There is more: ask again with this as `before` */
  next: number | null;
}

export interface ServerOperations {
  /** What the server took and cost: by tariff day, by band, or by colour. Needs the scope read. */
  'server.energy': { input: ServerEnergyInput; output: ServerEnergyOutput };
  /** The shared server: whether it is on, whether it is to be, and why. Needs the scope read. */
  'server.status': { input: ServerStatusInput; output: ServerStatusOutput };
  /** What the server was told, by whom and why, newest first. Needs the scope read. */
  'server.orders': { input: ServerOrdersInput; output: ServerOrdersOutput };
}
