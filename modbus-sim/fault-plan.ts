import assert from 'node:assert';

/** All times are simulated time, UTC epoch milliseconds; a window is [startMs, endMs). */
interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** The ways a garbled answer is wrong. The last two are within the rules of TCP, if not of manners. */
export const garbageKinds = [
  'wrong-transaction',
  'wrong-protocol',
  'wrong-unit',
  'wrong-function',
  'short-frame',
  'long-frame',
  'byte-count-lie',
  'zero-length',
  'length-65535',
  'trailing-garbage',
  'random-bytes',
  'split',
  'merged-late',
] as const;
export type GarbageKind = (typeof garbageKinds)[number];

export type FaultWindow =
  /** Takes connections and requests, answers nothing. */
  | (Window & { readonly kind: 'silent' })
  /** Each answer comes `delayMs` (real milliseconds) late. */
  | (Window & { readonly kind: 'slow'; readonly delayMs: number })
  /** Each request is answered with this exception code. */
  | (Window & { readonly kind: 'exception'; readonly code: number })
  /** Each answer is garbled, in this way or in a seeded choice of ways. */
  | (Window & { readonly kind: 'garbage'; readonly garbage?: GarbageKind })
  /** Established connections are dead without a sign; new ones time out. */
  | (Window & { readonly kind: 'half-open' })
  /** New connections are refused; established ones go on. */
  | (Window & { readonly kind: 'refuse' })
  /** Established connections are closed at the start; new ones are refused until the end. */
  | (Window & { readonly kind: 'reboot' })
  /** The values stand still at those of the start. */
  | (Window & { readonly kind: 'frozen' })
  /** The lifetime counters restart at zero at the start, and go on from there for ever; `endMs` has no meaning. */
  | (Window & { readonly kind: 'counter-reset' });

export type FaultKind = FaultWindow['kind'];
/** A fault that begins and ends; a counter reset is an event. */
export type PassingFault = Exclude<FaultWindow, { kind: 'counter-reset' }>;

/** What goes wrong with which device and when. Pure data: the same plan gives the same answers at any time. */
export class FaultPlan {
  /** Seeds what is left to chance within a window. */
  readonly seed: number;
  readonly #passing = new Map<string, readonly PassingFault[]>();
  readonly #resetsMs = new Map<string, readonly number[]>();

  /** Windows of one device must not overlap (counter resets may lie anywhere); see `overlap`. */
  constructor(seed: number, windows: Readonly<Record<string, readonly FaultWindow[]>> = {}) {
    this.seed = seed;
    for (const [deviceId, faults] of Object.entries(windows)) {
      assert(overlap(faults) === undefined, `fault windows of ${deviceId} overlap`);
      this.#passing.set(deviceId, passingFaults(faults));
      const resets = faults.filter((fault) => fault.kind === 'counter-reset').map((fault) => fault.startMs);
      this.#resetsMs.set(
        deviceId,
        resets.sort((a, b) => a - b),
      );
    }
  }

  /** The fault that acts on a device now, counter resets aside. */
  activeFault(deviceId: string, nowMs: number): PassingFault | undefined {
    const faults = this.windows(deviceId);
    const fault = faults[countUpTo(faults, ({ startMs }) => startMs <= nowMs) - 1];
    return fault !== undefined && nowMs < fault.endMs ? fault : undefined;
  }

  /** All faults of a device that begin in (afterMs, untilMs]. */
  faultsBegun(deviceId: string, afterMs: number, untilMs: number): readonly PassingFault[] {
    const faults = this.windows(deviceId);
    const from = countUpTo(faults, ({ startMs }) => startMs <= afterMs);
    const to = countUpTo(faults, ({ startMs }) => startMs <= untilMs);
    return faults.slice(from, to);
  }

  /** Until when nothing begins or ends for a device; `nowMs` while a fault acts on it. */
  calmUntilMs(deviceId: string, nowMs: number): number {
    if (this.activeFault(deviceId, nowMs) !== undefined) return nowMs;
    const faults = this.windows(deviceId);
    const next = faults[countUpTo(faults, ({ startMs }) => startMs <= nowMs)];
    const reset = (this.#resetsMs.get(deviceId) ?? []).find((resetMs) => resetMs > nowMs);
    return Math.min(next?.startMs ?? Infinity, reset ?? Infinity);
  }

  /** When the device's counters last restarted. */
  lastCounterResetMs(deviceId: string, nowMs: number): number | undefined {
    const resets = this.#resetsMs.get(deviceId) ?? [];
    return resets[countUpTo(resets, (resetMs) => resetMs <= nowMs) - 1];
  }

  /** The times whose state the simulated home must remember for this device. */
  momentsMs(deviceId: string): readonly number[] {
    const frozen = this.windows(deviceId).filter((fault) => fault.kind === 'frozen');
    return [...(this.#resetsMs.get(deviceId) ?? []), ...frozen.map((fault) => fault.startMs)];
  }

  /** In order of time, counter resets aside. */
  windows(deviceId: string): readonly PassingFault[] {
    return this.#passing.get(deviceId) ?? [];
  }
}

/** The first two windows that overlap, or undefined. A window that ends before it starts overlaps itself. */
export function overlap(faults: readonly FaultWindow[]): readonly [PassingFault, PassingFault] | undefined {
  const sorted = passingFaults(faults);
  for (const [index, fault] of sorted.entries()) {
    if (fault.endMs < fault.startMs) return [fault, fault];
    const next = sorted[index + 1];
    if (next !== undefined && next.startMs < fault.endMs) return [fault, next];
  }
  return undefined;
}

function passingFaults(faults: readonly FaultWindow[]): readonly PassingFault[] {
  return faults.filter((fault) => fault.kind !== 'counter-reset').sort((a, b) => a.startMs - b.startMs);
}

/** How many leading elements satisfy a condition that, once false, stays false. */
function countUpTo<T>(sorted: readonly T[], holds: (element: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = sorted[middle];
    if (element !== undefined && holds(element)) low = middle + 1;
    else high = middle;
  }
  return low;
}
