/** What a hybrid inverter has been told. Battery powers in W, + discharge, − charge, as everywhere in the home. */
export interface HybridControls {
  /** The battery keeps between these; equal: it is forced to that power. Its own limits still hold. */
  readonly batteryWMin: number;
  readonly batteryWMax: number;
  readonly socMinPct: number;
  readonly socMaxPct: number;
  /** Most that the inverter gives to the house's wires. */
  readonly acWMax: number;
  /** Most that the home gives to the street, as far as this inverter can help it. */
  readonly exportWMax: number;
  /** Without it a forced charge takes no more than the panels of the inverter give. */
  readonly chargesFromGrid: boolean;
}

/** Left alone: the battery follows the meter. */
export const selfConsumption: HybridControls = {
  batteryWMin: -Infinity,
  batteryWMax: Infinity,
  socMinPct: 0,
  socMaxPct: 100,
  acWMax: Infinity,
  exportWMax: Infinity,
  chargesFromGrid: true,
};

/** Something that tells the hybrid inverter what to do: a device with registers to write. */
export interface HybridController {
  /** Simulated time of its next change, by a write or by itself; Infinity when none is due. */
  readonly nextChangeMs: number;
  /** Lives through what is due by `nowMs`, and says what holds from then on. */
  controlsAt(nowMs: number): HybridControls;
}

/** Where several devices play the same inverter the narrower limit holds. */
export function narrowest(all: readonly HybridControls[]): HybridControls {
  const [first = selfConsumption, ...more] = all;
  return more.reduce(
    (one, other) => ({
      batteryWMin: Math.max(one.batteryWMin, other.batteryWMin),
      batteryWMax: Math.min(one.batteryWMax, other.batteryWMax),
      socMinPct: Math.max(one.socMinPct, other.socMinPct),
      socMaxPct: Math.min(one.socMaxPct, other.socMaxPct),
      acWMax: Math.min(one.acWMax, other.acWMax),
      exportWMax: Math.min(one.exportWMax, other.exportWMax),
      chargesFromGrid: one.chargesFromGrid && other.chargesFromGrid,
    }),
    first,
  );
}
