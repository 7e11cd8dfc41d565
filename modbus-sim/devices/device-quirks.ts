/** Ways in which one device departs from its kind, for good. */
export interface DeviceQuirks {
  /** Written numbers are rounded to multiples of this many counts. */
  readonly roundsWritesTo?: number;
  /** Writes are confirmed, and forgotten. */
  readonly ignoresWrites?: boolean;
  /** Writes are confirmed at once, and hold only after so much simulated time. */
  readonly appliesLateMs?: number;
  /** Writes are confirmed and can be read back, and change nothing in the home. */
  readonly obeysNothing?: boolean;
  /** What was written is gone after a reboot; otherwise its kind decides. */
  readonly forgetsAtReboot?: boolean;
  /** The energy counters begin again at zero here: 16 bits of 0.1 kWh make 6,553,600. */
  readonly countersWrapAtWh?: number;
}
