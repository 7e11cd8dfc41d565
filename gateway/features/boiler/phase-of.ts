import type { Phase, PhaseMinute, PhaseRules } from './phase.ts';

const minuteMs = 60_000;
/** Temperatures are compared in millionths of a degree, so that 1.0 is 1.0 whatever binary fractions make of it. */
const perDegree = 1_000_000;
/** A rise is known although its first minutes are not. */
const missingMinutesMax = 2;

/** So many minutes before a minute decide its phase, besides itself. */
export function leadMinutes({ ignitionMinutes, shortMinutes, longMinutes }: PhaseRules): number {
  return Math.max(ignitionMinutes - 1, shortMinutes, longMinutes);
}

/** The phase of the last one; others besides those of the minutes before it change nothing. */
export function phaseOf(minutes: readonly PhaseMinute[], rules: PhaseRules): Phase {
  return phasesOf(minutes, rules).at(-1) ?? 'undefined';
}

/**
 * The phase of each minute, in one pass. Minutes are in the order of time; those that are not there are not known. The
 * first `leadMinutes` of them are right only where nothing is known before them.
 */
export function phasesOf(minutes: readonly PhaseMinute[], rules: PhaseRules): Phase[] {
  const failure = scaled(rules.failureC);
  const past = new Past(rules);
  return minutes.map((minute) => {
    const { waterC, isIgniterOn, isPrimaryFanOn } = minute;
    past.add(minute);
    if (waterC === null || isIgniterOn === null || isPrimaryFanOn === null) return 'undefined';
    if (isIgniterOn) return 'ignition';
    const isCold = scaled(waterC) < failure;
    if (!isPrimaryFanOn) return isCold ? 'stop' : 'hold';
    return isCold ? past.coldCombustion() : 'combustion';
  });
}

/** The minutes so far, as far as they matter. */
class Past {
  readonly #rules: PhaseRules;
  readonly #short: Rise;
  readonly #long: Rise;
  #nowMs = -Infinity;
  #ignitedMs = -Infinity;

  constructor(rules: PhaseRules) {
    this.#rules = rules;
    this.#short = new Rise(rules.shortMinutes);
    this.#long = new Rise(rules.longMinutes);
  }

  add({ startMs, waterC, isIgniterOn, isPrimaryFanOn }: PhaseMinute): void {
    this.#nowMs = startMs;
    if (waterC === null) return;
    const water = scaled(waterC);
    this.#short.add(startMs, water);
    this.#long.add(startMs, water);
    if (isIgniterOn === true && isPrimaryFanOn !== null) this.#ignitedMs = startMs;
  }

  /** The fan runs, the igniter does not, and the water is too cold. */
  coldCombustion(): Phase {
    const { ignitionMinutes, shortRiseC, longRiseC } = this.#rules;
    if (this.#nowMs - this.#ignitedMs < ignitionMinutes * minuteMs) return 'watch';
    const short = this.#short.now();
    if (short !== undefined && short > scaled(shortRiseC)) return 'watch';
    const long = this.#long.now();
    return long !== undefined && long < scaled(longRiseC) ? 'jam' : 'combustion';
  }
}

/** The water now, less that of the oldest minute of a window in which it is known. */
class Rise {
  readonly #windowMs: number;
  #times: number[] = [];
  #waters: number[] = [];
  #oldest = 0;

  constructor(minutes: number) {
    this.#windowMs = minutes * minuteMs;
  }

  add(atMs: number, water: number): void {
    this.#times.push(atMs);
    this.#waters.push(water);
    while ((this.#times[this.#oldest] ?? atMs) < atMs - this.#windowMs) this.#oldest += 1;
    if (this.#oldest < 1_000) return;
    this.#times = this.#times.slice(this.#oldest);
    this.#waters = this.#waters.slice(this.#oldest);
    this.#oldest = 0;
  }

  /** At the minute that was added last; undefined when what is known does not go back far enough. */
  now(): number | undefined {
    const [thenMs, nowMs] = [this.#times[this.#oldest], this.#times.at(-1)];
    const [then, now] = [this.#waters[this.#oldest], this.#waters.at(-1)];
    if (thenMs === undefined || nowMs === undefined || then === undefined || now === undefined)
      return undefined;
    return nowMs - thenMs < this.#windowMs - missingMinutesMax * minuteMs ? undefined : now - then;
  }
}

function scaled(celsius: number): number {
  return Math.round(celsius * perDegree);
}
