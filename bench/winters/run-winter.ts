import type { StoredAlert } from '../../gateway/storage/alert-calls.ts';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { AlertJudge, type Verdicts } from './alert-judge.ts';
import { fireOutClass, jamClass, type TruthClass } from './truth-class.ts';
import type { WinterBug } from './winter-bug.ts';
import { WinterLog } from './winter-log.ts';
import { drawWinter } from './winter-plan.ts';
import { WinterSight, type SeenMinute } from './winter-sight.ts';
import { ProcessEnded, WinterStore } from './winter-store.ts';
import { fireOut, jam, WinterWatch } from './winter-watch.ts';

export interface WinterOptions {
  readonly seed: number;
  readonly days: number;
  readonly bug?: WinterBug;
  /** Hears what is wrong. */
  readonly report?: (what: string) => void;
}

export interface WinterResult {
  readonly fireOut: Verdicts;
  readonly jam: Verdicts;
  readonly restarts: number;
}

const minuteMs = 60_000;
const dayMinutes = 1_440;
const restartMinutes = 3;
/** 2025-11-15, in minutes of UTC. */
const startMinute = Date.UTC(2025, 10, 15) / minuteMs;

/** A winter of samples through the storage's sums, the phases and the desk of alerts, held against what truly was. */
export async function runWinter(options: WinterOptions): Promise<WinterResult> {
  return await new Winter(options).live();
}

class Winter {
  readonly #options: WinterOptions;
  readonly #random: SeededRandom;
  readonly #log = new WinterLog();
  readonly #store: WinterStore;
  readonly #judges: ReadonlyMap<string, AlertJudge>;
  #watch: WinterWatch | undefined;
  /** By the gateway's clock, in minutes of UTC. */
  #now = 0;
  /**
   * The minute in which the clock was set back last: the desk believes no time that is not over by then. Who starts
   * right after it goes on from the time that it finds, and is told nothing of the minutes between.
   */
  #backAt = -1;
  #backTo = -1;
  #restarts = 0;

  constructor(options: WinterOptions) {
    const { seed, bug, report } = options;
    this.#options = options;
    this.#random = new SeededRandom(seed).fork('winter');
    this.#store = new WinterStore(bug === 'told-again');
    const about = (rule: string) => (what: string) => report?.(`seed ${seed}, ${rule}: ${what}`);
    this.#judges = new Map([
      [fireOut, new AlertJudge(0, about(fireOut))],
      [jam, new AlertJudge(5, about(jam))],
    ]);
  }

  async live(): Promise<WinterResult> {
    const { seed, days, bug } = this.#options;
    const plan = drawWinter(seed, days, this.#random.fork('plan'));
    const sight = new WinterSight(plan, this.#random.fork('sight'), bug === 'bad-as-value');
    for (let minute = 0; minute < days * dayMinutes; minute += 1) {
      const seen = sight.next(startMinute);
      this.#log.take(seen);
      if (seen.isGatewayDown) this.#watch = undefined;
      // Now and then it is busy, and looks at several minutes at once; so it does while nothing happens, to save time.
      else if (seen.isRestart || !(seen.isCalm ? minute % 10 > 0 : this.#random.isLucky(0.02)))
        await this.#look(seen);
      if (seen.isRestart) this.#watch = undefined;
    }
    return { fireOut: this.#verdicts(fireOut), jam: this.#verdicts(jam), restarts: this.#restarts };
  }

  #verdicts(rule: string): Verdicts {
    const judge = this.#judges.get(rule);
    return judge?.verdicts ?? { missed: 0, falsely: 0, doubled: 0, ends: 0, right: 0 };
  }

  async #look({ stamp }: SeenMinute): Promise<void> {
    const to = stamp + 1;
    const isBack = to <= this.#now;
    this.#now = to;
    if (isBack) this.#setBack(stamp);
    if (this.#random.isLucky(0.05)) this.#store.crashAtNext(this.#random.pick(['before', 'after']));
    try {
      await (this.#watch ?? (await this.#start())).look(to);
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error;
      // What was told before it ended is judged before those who come after it are heard.
      await (await this.#start()).look(to);
    }
    this.#judge(to);
  }

  async #start(): Promise<WinterWatch> {
    this.#restarts += 1;
    this.#store.restarted();
    if (this.#now - this.#backTo <= restartMinutes) this.#backTo = this.#now;
    const { bug } = this.#options;
    const watch = new WinterWatch({ log: this.#log, store: this.#store, bug, now: () => this.#now });
    for (const [rule, from] of await watch.begin()) this.#judges.get(rule)?.rewind(from);
    this.#watch = watch;
    return watch;
  }

  #setBack(to: number): void {
    this.#watch?.setBack(to);
    for (const judge of this.#judges.values()) judge.setBack(to, to + 1);
    this.#backAt = to;
    this.#backTo = to;
  }

  #judge(to: number): void {
    const told = this.#store.takeTold();
    this.#judgeRule(fireOut, { to, told, truthOf: (minute) => fireOutClass(this.#log.truthAt(minute)) });
    this.#judgeRule(jam, {
      ...{ to, told },
      truthOf: (minute) => jamClass((before) => this.#log.truthAt(minute - before)),
    });
  }

  #judgeRule(
    rule: string,
    {
      to,
      told,
      truthOf,
    }: {
      readonly to: number;
      readonly told: readonly StoredAlert[];
      readonly truthOf: (minute: number) => TruthClass;
    },
  ): void {
    const judge = this.#judges.get(rule);
    if (judge === undefined) return;
    const ofRule = told.filter((one) => one.rule === rule);
    for (let minute = judge.judgedTo ?? to - 1; minute < to; minute += 1) {
      // What is told of the first instant of a minute that is still to come was told in the one before.
      const toldNow = ofRule.filter(({ atMs }) => Math.min(atMs / minuteMs, to - 1) === minute);
      const alerts = toldNow.filter(({ kind }) => kind === 'alert');
      const isOpen = minute >= this.#backAt && minute <= this.#backTo;
      judge.judge(minute, isOpen ? 'edge' : truthOf(minute), {
        alerts: alerts.length,
        recoveries: toldNow.filter(({ kind }) => kind === 'recovered').length,
        alertMinute: alerts[0] === undefined ? undefined : alerts[0].atMs / minuteMs,
      });
    }
  }
}
