import type { AlertObservation, AlertRule } from '../../gateway/core/alert.ts';
import { monotonicMs, wallMs } from '../../gateway/core/clock.ts';
import { createLiveFeed } from '../../gateway/core/live-feed.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { Alerts } from '../../gateway/features/alerts/alerts.ts';
import { leadMinutes, phasesOf } from '../../gateway/features/boiler/phase-of.ts';
import { defaultPhaseRules, type Phase, type PhaseRules } from '../../gateway/features/boiler/phase.ts';
import type { WinterBug } from './winter-bug.ts';
import type { WinterLog } from './winter-log.ts';
import type { WinterStore } from './winter-store.ts';

export const fireOut = 'boiler-fire-out';
export const jam = 'boiler-jam';

const minuteMs = 60_000;
const subject = 'boiler';
const noWords = {
  ...{ title: '', text: '', short: '' },
  ...{ recoveredTitle: '', recoveredText: '', recoveredShort: '' },
};

function ruleOf(id: string, forMinutes: number): AlertRule {
  return {
    ...{ id, severity: 'safety', isEnabled: true, forMs: forMinutes * minuteMs, cooldownMs: 10 * minuteMs },
    ...{ repeatMs: undefined, tellsRecovery: true, words: { en: noWords, fr: noWords }, page: undefined },
  };
}

const rules = [ruleOf(fireOut, 0), ruleOf(jam, 5)];

export interface WinterWatchParts {
  readonly log: WinterLog;
  readonly store: WinterStore;
  readonly bug: WinterBug | undefined;
  /** The gateway's clock, in minutes of UTC. */
  readonly now: () => number;
}

/** One life of the process: what is on disk becomes phases, and what rules see goes to the desk. */
export class WinterWatch {
  readonly #parts: WinterWatchParts;
  readonly #rules: PhaseRules;
  readonly #desk: Alerts;
  /** By rule: before that it has seen all. */
  readonly #to = new Map<string, number>();
  #mutedTo = -Infinity;
  #lastStop = -Infinity;

  constructor(parts: WinterWatchParts) {
    this.#parts = parts;
    this.#rules = {
      ...defaultPhaseRules,
      ...(parts.bug === 'no-ignition-window' && { ignitionMinutes: 0 }),
    };
    const now = (): number => parts.now() * minuteMs;
    this.#desk = new Alerts({
      clock: { wall: () => wallMs(now()), monotonic: () => monotonicMs(now()) },
      logger: silentLogger,
      feed: createLiveFeed(),
      store: parts.store,
      router: { route: () => [{ notifier: 'mail', recipient: 'ana', dueMs: now() }] },
      rules: () => rules,
      isTimeKnown: () => true,
      wake: () => undefined,
      tellUnkept: () => undefined,
    });
  }

  /** By rule: up to where the desk has seen it, on disk. */
  async begin(): Promise<ReadonlyMap<string, number>> {
    await this.#desk.load();
    for (const rule of [fireOut, jam]) {
      const knownMs = this.#desk.observedToMs(rule, subject);
      if (knownMs !== undefined) this.#to.set(rule, Math.min(knownMs / minuteMs, this.#parts.now()));
    }
    return new Map(this.#to);
  }

  /** The clock was set back. */
  setBack(to: number): void {
    for (const [rule, before] of this.#to) this.#to.set(rule, Math.min(to, before));
  }

  /** All minutes before this one are over. */
  async look(to: number): Promise<void> {
    const isFirst = this.#to.size === 0;
    const from = Math.min(to - 1, ...this.#to.values());
    const minutes = this.#parts.log.phaseMinutes(from - leadMinutes(this.#rules), to);
    const phases = phasesOf(minutes, this.#rules);
    const byMinute = new Map(minutes.map(({ startMs }, index) => [startMs / minuteMs, phases[index]]));
    const observations: AlertObservation[] = [];
    for (let minute = from; minute < to; minute += 1) {
      const phase = byMinute.get(minute) ?? 'undefined';
      if (minute >= (this.#to.get(fireOut) ?? from))
        observations.push(observed(fireOut, minute, this.#isOut(minute, phase, isFirst)));
      if (minute >= (this.#to.get(jam) ?? from))
        observations.push(observed(jam, minute, this.#seen(phase, 'jam')));
    }
    await this.#desk.observe(observations);
    for (const rule of [fireOut, jam]) this.#to.set(rule, to);
  }

  #seen(phase: Phase, wanted: Phase): boolean | undefined {
    if (phase === 'undefined') return this.#parts.bug === 'unknown-recovers' ? false : undefined;
    return phase === wanted;
  }

  #isOut(minute: number, phase: Phase, isFirst: boolean): boolean | undefined {
    const isOut = this.#seen(phase, 'stop');
    if (this.#parts.bug === 'needs-a-change' && isFirst) return false;
    if (this.#parts.bug !== 'mutes-for-ever' || isOut !== true) return isOut;
    const isAgain = minute - this.#lastStop > 1 && minute - this.#lastStop < 10;
    if (isAgain || minute === this.#mutedTo) this.#mutedTo = minute + 1;
    this.#lastStop = minute;
    return this.#mutedTo === minute + 1 ? undefined : true;
  }
}

function observed(rule: string, minute: number, holds: boolean | undefined): AlertObservation {
  return { rule, subject, fromMs: minute * minuteMs, toMs: (minute + 1) * minuteMs, holds, facts: {} };
}
