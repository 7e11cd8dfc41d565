/** What the meter said, as far as it is believed: good readings only. */
export interface MeterReading {
  /** UTC epoch ms. */
  readonly atMs: number;
  /** All that it has ever counted; whole mWh, not negative. */
  readonly totalMwh: number;
}

/** No home draws more; a meter that grows faster is another one, or talks nonsense. */
const wattsMax = 50_000;
/** Where the clocks leave no time between two readings, this much may have passed. */
const leastElapsedMs = 60_000;
/** W·ms in a mWh. */
const wattMsPerMwh = 3_600;

/** Whether one meter can have said both. @param againMs time that the clock, set back, has shown twice between them */
export function follows(before: MeterReading, after: MeterReading, againMs = 0): boolean {
  const grown = after.totalMwh - before.totalMwh;
  const elapsedMs = Math.max(leastElapsedMs, after.atMs - before.atMs + againMs);
  return grown >= 0 && grown <= (wattsMax * elapsedMs) / wattMsPerMwh;
}
