/**
 * What the boiler's controller is at:
 *
 *     stop ──▶ ignition ──▶ combustion ◀──▶ (burn-out ──▶ hold)
 *      ▲          │             │               │
 *      │          ▼             ▼               ▼
 *      └─────── locked ◀────────┘         stop: nobody calls
 *
 * `locked` is left when somebody has mended what was wrong.
 */
export type BoilerMode = 'stop' | 'ignition' | 'combustion' | 'burn-out' | 'hold' | 'locked';

/** What the controller sees. It has no eye for pellets, and does not know its own igniter. */
export interface BoilerSight {
  readonly atMs: number;
  readonly waterC: number;
  readonly flueC: number;
  /** The thermostat, or the hot water, wants heat. */
  readonly isCalled: boolean;
  /** Somebody has work to do before it may run. */
  readonly isOutOfOrder: boolean;
}

export interface BoilerDecision {
  readonly mode: BoilerMode;
  /** Since when, UTC epoch ms. */
  readonly sinceMs: number;
  /** Ignitions in a row. */
  readonly ignitions: number;
  /** What the flue had when the ignition began. */
  readonly flueBeforeC: number;
  /** When the flue was last as hot as over a fire. */
  readonly hotAtMs: number;
}

const minuteMs = 60_000;
const restartC = 62;
const fullC = 70;
/** A fire heats the flue by so much within an ignition, or there is none. */
const ignitionRiseC = 12;
const ignitionMsMax = 12 * minuteMs;
const ignitionsMax = 2;
const burnOutMs = 6 * minuteMs;
const hotFlueC = 55;
/** The controller believes in its fire for so long without a hot flue: an older one, as the ancestor's was. */
const coldFlueMsMax = 150 * minuteMs;

/** One look of the controller: what it does from now on. */
export function decide(before: BoilerDecision, sight: BoilerSight): BoilerDecision {
  const hotAtMs = sight.flueC >= hotFlueC ? sight.atMs : before.hotAtMs;
  const seen = hotAtMs === before.hotAtMs ? before : { ...before, hotAtMs };
  const mode = nextMode(seen, sight);
  if (mode === undefined) return seen;
  const isIgnition = mode === 'ignition';
  return {
    mode,
    sinceMs: sight.atMs,
    ignitions: isIgnition ? before.ignitions + 1 : 0,
    flueBeforeC: isIgnition ? sight.flueC : before.flueBeforeC,
    hotAtMs: mode === 'combustion' ? sight.atMs : hotAtMs,
  };
}

type Step = (decision: BoilerDecision, sight: BoilerSight) => BoilerMode | undefined;

const steps: Readonly<Record<BoilerMode, Step>> = {
  stop: (_, { isCalled, waterC }) => (isCalled && waterC < restartC ? 'ignition' : undefined),
  ignition: ({ sinceMs, flueBeforeC, ignitions }, { atMs, flueC }) => {
    if (flueC >= flueBeforeC + ignitionRiseC) return 'combustion';
    if (atMs - sinceMs < ignitionMsMax) return undefined;
    return ignitions < ignitionsMax ? 'ignition' : 'locked';
  },
  combustion: ({ hotAtMs }, { atMs, waterC, isCalled }) => {
    if (waterC >= fullC || (!isCalled && waterC >= restartC)) return 'burn-out';
    return atMs - hotAtMs >= coldFlueMsMax ? 'locked' : undefined;
  },
  'burn-out': ({ sinceMs }, { atMs, isCalled }) => {
    if (atMs - sinceMs < burnOutMs) return undefined;
    return isCalled ? 'hold' : 'stop';
  },
  hold: (_, { waterC, isCalled }) => {
    if (!isCalled) return 'stop';
    return waterC < restartC ? 'combustion' : undefined;
  },
  locked: (_, { isOutOfOrder }) => (isOutOfOrder ? undefined : 'stop'),
};

function nextMode(decision: BoilerDecision, sight: BoilerSight): BoilerMode | undefined {
  return steps[decision.mode](decision, sight);
}
