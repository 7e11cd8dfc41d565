// Made by scripts/make-client.mjs from what the commands declare.
type DeviceListInput = Record<string, never>;

interface DeviceListOutput {
  devices: {
    id: string;
    /** For people; the id when none is configured */
    name: string;
    driver: string;
    /** Where it is asked: 192.168.1.20:502/1, the unit last */
    address: string;
    /** The lane that its requests share */
    lane: string;
    state: 'unseen' | 'up' | 'suspect' | 'down' | 'retired' | 'quarantined';
    stateSinceMs: number;
    /** As configured */
    periodMs: number;
    /** The period it runs at: longer when its lane cannot keep the configured one */
    effectivePeriodMs: number;
    /** Of its latest good answer; null when there is none yet */
    ageMs: number | null;
    /** The worst age of its readings while it answers, as computed at load */
    ageBoundMs: number | null;
    /** Good answers since the start */
    answers: number;
    /** Failed requests since the start */
    failures: number;
    /** Code of the latest failure; null while it is well */
    lastError: string | null;
  }[];
}

interface DeviceShowInput {
  /** The device, as in the configuration */
  id: string;
}

interface DeviceShowOutput {
  id: string;
  /** For people; the id when none is configured */
  name: string;
  driver: string;
  /** Where it is asked: 192.168.1.20:502/1, the unit last */
  address: string;
  /** The lane that its requests share */
  lane: string;
  state: 'unseen' | 'up' | 'suspect' | 'down' | 'retired' | 'quarantined';
  stateSinceMs: number;
  /** As configured */
  periodMs: number;
  /** The period it runs at: longer when its lane cannot keep the configured one */
  effectivePeriodMs: number;
  /** Of its latest good answer; null when there is none yet */
  ageMs: number | null;
  /** The worst age of its readings while it answers, as computed at load */
  ageBoundMs: number | null;
  /** Good answers since the start */
  answers: number;
  /** Failed requests since the start */
  failures: number;
  /** Code of the latest failure; null while it is well */
  lastError: string | null;
  /** Maker and family */
  driverTitle: string;
  /** As the device says; null before its first answer */
  serialNumber: string | null;
  /** As the device says */
  model: string | null;
  /** As the device says */
  firmware: string | null;
  /** What the latest failure was */
  lastErrorText: string | null;
  quantities: {
    quantity: string;
    unit: string;
    title: string;
  }[];
  /** Why it is quarantined */
  problems: {
    /** Where in the configuration */
    path: string;
    message: string;
    hint: string | null;
  }[];
}

interface DevicePlanInput {
  /** The device, as in the configuration */
  id: string;
}

interface DevicePlanOutput {
  device: string;
  /** Requests that read it once */
  cycleRequests: number;
  /** What they take, as the link was measured */
  cycleMs: number;
  requests: {
    table: 'holding' | 'input';
    /** First register, counted from 0 */
    first: number;
    count: number;
    /** Registers of these that are wanted */
    used: number;
    expectedMs: number;
    /** Made now and then, to find out what the device refuses */
    isOnTrial: boolean;
    fields: string[];
  }[];
  /** What it would take to ask in other ways */
  comparisons: {
    way: 'one_per_value' | 'fixed_hole_10' | 'fixed_hole_50';
    requests: number;
    cycleMs: number;
    /** By this plan, each time */
    savedMs: number;
    savedPct: number;
  }[];
  cost: {
    /** What a request costs on this link */
    perRequestMs: number;
    /** What each register adds */
    perRegisterMs: number;
    /** Answers measured; 0: as the driver says */
    samples: number;
  };
  /** What the device refused to answer */
  holes: {
    table: 'holding' | 'input';
    /** First register, counted from 0 */
    first: number;
    count: number;
  }[];
  /** Fields that this device has not */
  unsupported: string[];
  /** Longest time that one round of a healthy device takes its lane */
  busyMs: number;
  /** busyMs as a share of the period */
  laneShare: number;
}

interface DeviceReadInput {
  /** The device, as in the configuration */
  id: string;
  /** Also the words that were read, hexadecimal */
  raw?: boolean;
}

interface DeviceReadOutput {
  device: string;
  /** When the last answer had come */
  readAtMs: number;
  /** Empty when it does not say */
  serialNumber: string;
  model: string;
  firmware: string;
  /** That it took */
  requests: number;
  fields: {
    /** The quantity, or what the driver calls it */
    name: string;
    /** Null when there is none */
    value: number | null;
    unit: string;
    quality: 'good' | 'suspect' | 'missing';
    /** What a code or its bits mean, or why there is no value */
    text: string | null;
    /** Table and zero-based address; null when derived from other fields */
    register: string | null;
    /** What it was decoded from, hexadecimal */
    words?: string | null;
  }[];
  /** Of a device that describes itself: all of its known models */
  points: {
    /** Number of the SunSpec model, or of another group */
    model: number;
    /** Which of several models of that number, from 1 */
    instance: number;
    /** As the standard names it */
    point: string;
    /** As text: numbers scaled, codes and bits by their names */
    value: string | null;
    unit: string;
  }[];
  /** The answers as they came */
  blocks?: {
    register: string;
    count: number;
    words: string;
  }[];
}

interface DeviceControlsInput {
  /** The device, as in the configuration */
  id: string;
}

interface DeviceControlsOutput {
  device: string;
  mode: 'read' | 'self-consumption' | 'control';
  deviceState: string;
  controls: {
    control: string;
    title: string;
    unit: string;
    min: number;
    max: number;
    step: number;
    /** Between two different set points */
    minIntervalMs: number;
    /** The device goes back by itself when the gateway falls silent */
    revertsByItself: boolean;
    /** applied: the device confirmed the set point; reverting: it is being put back; failed: the same, because it did not confirm */
    state: 'idle' | 'applied' | 'reverting' | 'failed';
    /** What the device follows */
    setPoint: number | null;
    /** Who wants what; of several limits the lowest applies */
    claims: {
      source: 'user' | 'grid' | 'optimiser';
      principal: string;
      value: number;
      leaseLeftMs: number;
    }[];
    /** Register writes this year (UTC) */
    writesUsed: number;
    /** What its memory bears; set points leave a tenth of it */
    writesPerYearMax: number;
    /** Why it is not back yet, or why the latest set point failed */
    problem: string | null;
  }[];
}

export interface DeviceOperations {
  /** The devices, their states and how old their readings are. Needs the scope read. */
  'device.list': { input: DeviceListInput; output: DeviceListOutput };
  /** One device: what it is, how it does and what it measures. Needs the scope read. */
  'device.show': { input: DeviceShowInput; output: DeviceShowOutput };
  /** The requests that read one device, and what they cost its lane. Needs the scope read. */
  'device.plan': { input: DevicePlanInput; output: DevicePlanOutput };
  /** Ask a device now for everything its driver knows, and show it decoded. Needs the scope read. */
  'device.read': { input: DeviceReadInput; output: DeviceReadOutput };
  /** What a device can be told, what it was told, by whom, and for how long. Needs the scope read. */
  'device.controls': { input: DeviceControlsInput; output: DeviceControlsOutput };
}
