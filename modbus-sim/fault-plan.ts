import assert from 'node:assert';

/** All times are simulated time, UTC epoch milliseconds; a window is [startMs, endMs). */
interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** The ways a garbled answer is wrong in Modbus TCP. The last two are within the rules of TCP, if not of manners. */
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

/** On serial lines and in RTU over TCP. `echo` is that of a two-wire adapter, `foreign-answer` that of a second master. */
export const lineGarbageKinds = [
  'bad-crc',
  'wrong-unit',
  'wrong-function',
  'short-frame',
  'long-frame',
  'byte-count-lie',
  'echo',
  'noise-before',
  'trailing-garbage',
  'random-bytes',
  'gap',
  'foreign-answer',
  'merged-late',
] as const;

/** Through a Solarman logger, in its wrapping or inside of it. */
export const loggerGarbageKinds = [
  'wrong-transaction',
  'wrong-protocol',
  'wrong-unit',
  'wrong-function',
  'short-frame',
  'long-frame',
  'byte-count-lie',
  'bad-crc',
  'zero-length',
  'length-65535',
  'noise-before',
  'trailing-garbage',
  'random-bytes',
  'split',
  'merged-late',
] as const;

export type GarbageKind =
  (typeof garbageKinds)[number] | (typeof lineGarbageKinds)[number] | (typeof loggerGarbageKinds)[number];

export type FaultWindow =
  /** Takes connections and requests, answers nothing. */
  | (Window & { readonly kind: 'silent' })
  /** Does what it is asked to do, and answers nothing. */
  | (Window & { readonly kind: 'mute' })
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
  /** Half of each answer comes, then the connection is reset. */
  | (Window & { readonly kind: 'reset' })
  /** Each reading of the energy counters falls short by up to `byWh`, another time by another bit. */
  | (Window & { readonly kind: 'counter-noise'; readonly byWh: number })
  /** The values stand still at those of the start. */
  | (Window & { readonly kind: 'frozen' })
  /** The lifetime counters restart at zero at the start, and go on from there for ever; `endMs` has no meaning. */
  | (Window & { readonly kind: 'counter-reset' })
  /** From the start on the lifetime counters show `byWh` more, or less; `endMs` has no meaning. */
  | (Window & { readonly kind: 'counter-jump'; readonly byWh: number })
  /** From the start on another device of the kind stands there, with counters of its own; `endMs` has no meaning. */
  | (Window & { readonly kind: 'device-swap'; readonly serialNumber: string });

export type FaultKind = FaultWindow['kind'];
/** What stays: an event, not a window. */
export type LastingFault = Extract<FaultWindow, { kind: 'counter-reset' | 'counter-jump' | 'device-swap' }>;
/** What begins and ends. */
export type PassingFault = Exclude<FaultWindow, LastingFault>;

/** What the lasting faults have made of a device. */
export interface LastingState {
  readonly countersResetAtMs: number | undefined;
  readonly counterShiftWh: number;
  /** Of the device that has taken its place. */
  readonly serialNumber: string | undefined;
}

const untouched: LastingState = { countersResetAtMs: undefined, counterShiftWh: 0, serialNumber: undefined };

const lastingKinds: ReadonlySet<FaultKind> = new Set(['counter-reset', 'counter-jump', 'device-swap']);

export function isLastingKind(kind: FaultKind): kind is LastingFault['kind'] {
  return lastingKinds.has(kind);
}

function isLasting(fault: FaultWindow): fault is LastingFault {
  return isLastingKind(fault.kind);
}

/** What goes wrong with which device and when. Pure data: the same plan gives the same answers at any time. */
export class FaultPlan {
  /** Seeds what is left to chance within a window. */
  readonly seed: number;
  readonly #passing = new Map<string, readonly PassingFault[]>();
  /** In order of time, with what they have made of the device. */
  readonly #lasting = new Map<string, readonly (LastingFault & { readonly state: LastingState })[]>();

  /** Windows of one device must not overlap (lasting faults may lie anywhere); see `overlap`. */
  constructor(seed: number, windows: Readonly<Record<string, readonly FaultWindow[]>> = {}) {
    this.seed = seed;
    for (const [deviceId, faults] of Object.entries(windows)) {
      assert(overlap(faults) === undefined, `fault windows of ${deviceId} overlap`);
      this.#passing.set(deviceId, passingFaults(faults));
      this.#lasting.set(deviceId, withStates(faults.filter(isLasting)));
    }
  }

  /** The fault that acts on a device now, lasting ones aside. */
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
    const lasting = this.#lasting.get(deviceId)?.find(({ startMs }) => startMs > nowMs);
    return Math.min(next?.startMs ?? Infinity, lasting?.startMs ?? Infinity);
  }

  /** When the device's counters last restarted. */
  lastCounterResetMs(deviceId: string, nowMs: number): number | undefined {
    return this.lastingState(deviceId, nowMs).countersResetAtMs;
  }

  lastingState(deviceId: string, nowMs: number): LastingState {
    const faults = this.#lasting.get(deviceId) ?? [];
    return faults[countUpTo(faults, ({ startMs }) => startMs <= nowMs) - 1]?.state ?? untouched;
  }

  /** The times whose state the simulated home must remember for this device. */
  momentsMs(deviceId: string): readonly number[] {
    const frozen = this.windows(deviceId).filter((fault) => fault.kind === 'frozen');
    const restarts = (this.#lasting.get(deviceId) ?? []).filter((fault) => fault.kind !== 'counter-jump');
    return [...restarts, ...frozen].map((fault) => fault.startMs);
  }

  /** In order of time, lasting ones aside. */
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
  return faults.filter((fault) => !isLasting(fault)).sort((a, b) => a.startMs - b.startMs);
}

function withStates(faults: readonly LastingFault[]): (LastingFault & { readonly state: LastingState })[] {
  let state = untouched;
  return faults
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((fault) => {
      state = stateAfter(state, fault);
      return { ...fault, state };
    });
}

/** New counters know nothing of an old jump. */
function stateAfter(state: LastingState, fault: LastingFault): LastingState {
  switch (fault.kind) {
    case 'counter-reset':
      return { ...state, countersResetAtMs: fault.startMs, counterShiftWh: 0 };
    case 'counter-jump':
      return { ...state, counterShiftWh: state.counterShiftWh + fault.byWh };
    case 'device-swap':
      return { countersResetAtMs: fault.startMs, counterShiftWh: 0, serialNumber: fault.serialNumber };
  }
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
