/**
 * How often readings are committed, in ms: what a power cut can cost at most, against what the SD card has to bear.
 * Energy is lost under none of them: it is what counters show, and they go on.
 */
export const commitPeriodsMs = { durable: 1_000, balanced: 10_000, sdcard: 60_000 } as const;

export type CommitPolicy = keyof typeof commitPeriodsMs;

export const commitPolicies = Object.keys(commitPeriodsMs) as readonly CommitPolicy[];
