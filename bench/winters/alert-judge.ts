import type { TruthClass } from './truth-class.ts';

/** What was told of a rule in one minute of the gateway's clock. */
export interface ToldMinute {
  readonly alerts: number;
  readonly recoveries: number;
  /** The minute at whose first instant the alert says that it is. */
  readonly alertMinute: number | undefined;
}

export interface Verdicts {
  readonly missed: number;
  readonly falsely: number;
  readonly doubled: number;
  /** Ends that were told wrongly, twice, or not. */
  readonly ends: number;
  /** Alerts that were right. */
  readonly right: number;
}

const quiet = -1;
const firing = -2;
const cooldownMinutes = 10;
/** A desk writes how far it has seen every ten minutes at least. */
const pastMinutes = 15;

/** One way things may have gone: where the rule stands now, and what it told on the way. */
interface Way {
  /** `quiet`, `firing`, or the minute since which it holds. */
  readonly at: number;
  readonly alerts: number;
  readonly recoveries: number;
}

/**
 * Holds what was told against the truth: all states that a rule could be in are followed at once, as the truth leaves
 * some minutes open. What none of them could have told is wrong.
 */
export class AlertJudge {
  readonly #forMinutes: number;
  #states: readonly number[] = [quiet];
  #lastAlert = -Infinity;
  #unknownFor = 0;
  #judgedTo: number | undefined;
  /** How it was before each of the last minutes. */
  #past: readonly {
    readonly minute: number;
    readonly states: readonly number[];
    readonly unknownFor: number;
  }[] = [];
  #missed = 0;
  #falsely = 0;
  #doubled = 0;
  #ends = 0;
  #right = 0;
  readonly #report: (what: string) => void;

  constructor(forMinutes: number, report: (what: string) => void = () => undefined) {
    this.#forMinutes = forMinutes;
    this.#report = report;
  }

  get verdicts(): Verdicts {
    return {
      missed: this.#missed,
      falsely: this.#falsely,
      doubled: this.#doubled,
      ends: this.#ends,
      right: this.#right,
    };
  }

  /** The first minute that was not judged; undefined before the first. */
  get judgedTo(): number | undefined {
    return this.#judgedTo;
  }

  /**
   * The clock was set back.
   *
   * @param minute that comes next
   * @param now when that was noticed: what lies ahead of it is not believed
   */
  setBack(minute: number, now: number): void {
    this.#judgedTo = minute;
    this.#past = [];
    this.#lastAlert = Math.min(this.#lastAlert, now);
    this.#states = this.#states.map((state) => Math.min(state, now));
  }

  /** The process was not as far as that, and sees again what it had seen from this minute on. */
  rewind(minute: number): void {
    if (this.#judgedTo === undefined || minute >= this.#judgedTo) return;
    const then = this.#past.find((one) => one.minute >= minute);
    this.#past = this.#past.filter((one) => one.minute < minute);
    this.#judgedTo = minute;
    // Where nothing was noted since, nothing has changed.
    if (then === undefined) return;
    this.#states = then.states;
    this.#unknownFor = then.unknownFor;
  }

  /** What a minute was, and what was told when it was over. */
  judge(minute: number, truth: TruthClass, told: ToldMinute): void {
    this.#judgedTo = minute + 1;
    const isIdle = truth === 'no' && told.alerts + told.recoveries === 0;
    if (isIdle && this.#states.length === 1 && this.#states[0] === quiet) {
      this.#judgedTo = minute + 1;
      this.#unknownFor = 0;
      return;
    }
    this.#past = [
      ...this.#past.slice(-pastMinutes),
      { minute, states: this.#states, unknownFor: this.#unknownFor },
    ];
    this.#unknownFor = truth === 'unknown' || truth === 'edge' ? this.#unknownFor + 1 : 0;
    const ways = this.#states.flatMap((state) => this.#waysFrom(state, minute, truth));
    const possible = ways.filter(
      ({ alerts, recoveries }) => alerts === told.alerts && recoveries === told.recoveries,
    );
    if (possible.length === 0) this.#blame(ways, minute, told);
    else this.#right += told.alerts;
    if (told.alertMinute !== undefined) this.#lastAlert = told.alertMinute;
    this.#states = possible.length > 0 ? [...new Set(possible.map(({ at }) => at))] : [quiet, firing];
  }

  #blame(ways: readonly Way[], minute: number, told: ToldMinute): void {
    const alerts = ways.map((way) => way.alerts);
    const since = minute - this.#lastAlert;
    const wrong = (what: string): void =>
      this.#report(`minute ${minute}: ${what}, told ${JSON.stringify(told)}, last alert ${since} before`);
    if (told.alerts > Math.max(...alerts)) {
      if (this.#states.every((state) => state === firing) || since < cooldownMinutes || told.alerts > 1) {
        this.#doubled += 1;
        wrong('doubled');
      } else {
        this.#falsely += 1;
        wrong('false');
      }
    } else if (told.alerts < Math.min(...alerts)) {
      this.#missed += 1;
      wrong('missed');
    } else {
      this.#ends += 1;
      wrong('end');
    }
  }

  #waysFrom(state: number, minute: number, truth: TruthClass): readonly Way[] {
    const cells = truth === 'edge' ? (['yes', 'no', 'unknown'] as const) : [truth];
    return cells.flatMap((cell) => this.#next(state, minute, cell));
  }

  #next(state: number, minute: number, truth: Exclude<TruthClass, 'edge'>): readonly Way[] {
    if (state === firing) {
      return truth === 'no'
        ? [{ at: quiet, alerts: 0, recoveries: 1 }]
        : [{ at: firing, alerts: 0, recoveries: 0 }];
    }
    if (truth === 'yes') return this.#holds(state === quiet ? minute : state, minute);
    // What is due at the minute's first instant may have been told before it was over.
    const due: readonly Way[] =
      state !== quiet && this.#dueAt(state) === minute
        ? [{ at: truth === 'no' ? quiet : firing, alerts: 1, recoveries: truth === 'no' ? 1 : 0 }]
        : [];
    if (truth === 'no') return [{ at: quiet, alerts: 0, recoveries: 0 }, ...due];
    return [{ at: state, alerts: 0, recoveries: 0 }, ...due, ...this.#forgotten(state)];
  }

  #holds(since: number, minute: number): readonly Way[] {
    const due = this.#dueAt(since);
    const told: Way = { at: firing, alerts: 1, recoveries: 0 };
    if (due <= minute) return [told];
    const waits: Way = { at: since, alerts: 0, recoveries: 0 };
    return due === minute + 1 ? [told, waits] : [waits];
  }

  #dueAt(since: number): number {
    return Math.max(since + this.#forMinutes, this.#lastAlert + cooldownMinutes);
  }

  /** Nothing was known for too long. */
  #forgotten(state: number): readonly Way[] {
    const isLong = state !== quiet && this.#unknownFor >= Math.max(this.#forMinutes, 10);
    return isLong ? [{ at: quiet, alerts: 0, recoveries: 0 }] : [];
  }
}
