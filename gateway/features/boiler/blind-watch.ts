import { minuteMs, minuteOf, type BoilerMinute } from './boiler-minute.ts';
import type { BoilerPorts } from './boiler-ports.ts';
import type { BoilerSettings } from './boiler-section.ts';
import { boilerId } from './boiler-id.ts';
import { BoilerSight } from './boiler-sight.ts';
import type { BoilerInput } from './boiler-input.ts';
import { observeMinutes, type ClosedMinute } from './observe-minutes.ts';
import { phasesOf } from './phase-of.ts';

/** A time that is not known is known again in a minute or two, as a rule: after a start, after a step. */
const patienceMs = 2 * minuteMs;
/** What was read in a minute has come by then. */
const settleMs = 10_000;

/**
 * Watches while the time is not known, for days where nothing sets the clock: then what is read is on disk without
 * times, and has no minutes there. It goes by what is read, and by the time as it seems to be; the fire of a boiler
 * that is out is told of all the same. Phases of these minutes are computed when they have their times.
 */
export class BlindWatch {
  readonly #ports: Pick<BoilerPorts, 'desk'>;
  readonly #settings: BoilerSettings;
  readonly #sight: BoilerSight;
  readonly #sinceMs: number;
  readonly #sinceSteadyMs: number;
  /** Up to here minutes were told. */
  #toMs: number;
  #hasTold = false;

  /** @param nowMs the time as it seems to be; @param steadyMs on the clock that is never set */
  constructor(
    ports: Pick<BoilerPorts, 'desk'>,
    settings: BoilerSettings,
    { periods, nowMs, steadyMs }: BlindStart,
  ) {
    this.#ports = ports;
    this.#settings = settings;
    this.#sight = new BoilerSight(periods);
    this.#sinceMs = nowMs;
    this.#sinceSteadyMs = steadyMs;
    this.#toMs = minuteOf(nowMs);
  }

  /** Whether it went on for so long that people may have been told. */
  get hasTold(): boolean {
    return this.#hasTold;
  }

  /** Tells of the minutes that are over. @param minutes those before it too. Errors: those of the desk; the next look says it then. */
  async look(minutes: readonly BoilerMinute[], nowMs: number, steadyMs: number): Promise<void> {
    const untilMs = minuteOf(nowMs - settleMs);
    if (steadyMs - this.#sinceSteadyMs < patienceMs || untilMs <= this.#toMs) return;
    const { name, rules } = this.#settings;
    const phases = phasesOf(minutes, rules);
    const known = new Map(minutes.map((minute, index) => [minute.startMs, { minute, phase: phases[index] }]));
    const over: ClosedMinute[] = [];
    for (let startMs = this.#toMs; startMs < untilMs; startMs += minuteMs) {
      const { minute, phase = 'undefined' } = known.get(startMs) ?? {};
      over.push({ startMs, minute, phase });
    }
    this.#hasTold = true;
    const boiler = { boiler: boilerId, name, failureC: rules.failureC };
    await this.#ports.desk.observe(
      observeMinutes(over, { ...boiler, sight: this.#sight, awakeMs: this.#sinceMs }),
    );
    this.#toMs = untilMs;
  }
}

interface BlindStart {
  readonly periods: ReadonlyMap<BoilerInput, number>;
  readonly nowMs: number;
  readonly steadyMs: number;
}
