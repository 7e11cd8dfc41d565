import type { AlertDesk, AlertObservation } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { StoredAlertState } from '../../storage/alert-calls.ts';
import type { ListedRule } from './listed-rule.ts';
import { lookAt, lookAtSilence, type HomeSeen, type Looked } from './look-at-condition.ts';
import { subjectOf } from './rule-condition.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { SeenTrouble, SeenValue, WatchedHome } from './watched-home.ts';

export interface RuleWatchPorts {
  readonly clock: Clock;
  /** Without it nothing is known. */
  readonly isTimeKnown: () => boolean;
  readonly home: WatchedHome;
  readonly desk: AlertDesk & {
    states(): readonly StoredAlertState[];
    forget(names: readonly Pick<StoredAlertState, 'rule' | 'subject'>[]): Promise<void>;
  };
}

const silentRuleId = 'silent';
const lookPeriodMs = 5_000;
/** What lies between two looks that are further apart is not known. */
const lookMsMax = 3 * lookPeriodMs;
const lookDeadlineMs = 30_000;

/** Looks at what rules of the configuration watch, and at the silence of every device and source, each 5 s. */
export class RuleWatch {
  readonly #ports: RuleWatchPorts;
  readonly #own: readonly ListedRule[];
  /** undefined: silence is not looked at. */
  readonly #silentPeriods: number | undefined;
  readonly #silence = new SilenceWatch();
  readonly #needsSilence: boolean;
  /** Quantities that rules are about, by device. */
  readonly #wanted = new Map<string, Set<string>>();
  #lookedMs: number | undefined;

  /** @param silentPeriods of the rule about all devices and sources */
  constructor(rules: readonly ListedRule[], silentPeriods: number, ports: RuleWatchPorts) {
    this.#ports = ports;
    this.#own = rules.filter(({ rule, condition }) => rule.isEnabled && condition !== undefined);
    const silent = rules.find(({ rule }) => rule.id === silentRuleId);
    this.#silentPeriods = silent?.rule.isEnabled === true ? silentPeriods : undefined;
    const hasSilent = this.#own.some(({ condition }) => condition?.kind === 'silent');
    this.#needsSilence = hasSilent || this.#silentPeriods !== undefined;
    for (const { condition } of this.#own) {
      if (condition?.kind !== 'reading') continue;
      const quantities = this.#wanted.get(condition.device) ?? new Set();
      this.#wanted.set(condition.device, quantities.add(condition.quantity));
    }
  }

  /** None where nothing is to be looked at. */
  tasks(): readonly TaskDefinition[] {
    if (this.#own.length === 0 && this.#silentPeriods === undefined) return [];
    const task: TaskDefinition = {
      name: 'watch:alert-rules',
      group: 'alerts',
      priority: 'safety',
      periodMs: lookPeriodMs,
      deadlineMs: lookDeadlineMs,
      run: async () => await this.look(),
    };
    return [task];
  }

  /** Tells the desk what was seen since the last look. Errors: those of the desk; the next look says it then. */
  async look(): Promise<void> {
    const { clock, home, desk, isTimeKnown } = this.#ports;
    const steadyMs = clock.monotonic();
    const values = home.values();
    const things = home.things();
    if (this.#needsSilence) this.#silence.look(things, values, steadyMs);
    if (!isTimeKnown()) {
      this.#lookedMs = undefined;
      return;
    }
    // Before it is known what is on disk nobody can say what was holding: the desk says so.
    desk.observedToMs(silentRuleId, '');
    const toMs = Math.floor(clock.wall());
    const fromMs = this.#lookedMs;
    this.#lookedMs = toMs;
    const byName = this.#wantedOf(values);
    const byId = new Map(things.map((thing) => [thing.id, thing]));
    let troubles: readonly SeenTrouble[] | undefined;
    const seen: HomeSeen = {
      nowMs: toMs,
      value: (device, quantity) => byName.get(`${device}/${quantity}`),
      thing: (id) => byId.get(id),
      troubles: () => (troubles ??= home.troubles()),
      silentMs: (thing) => this.#silence.silentMs(thing, steadyMs),
    };
    const looked = [...this.#lookAtOwn(seen), ...this.#lookAtSilences(seen, [...byId.values()])];
    await this.#forgetOthers(looked);
    if (fromMs === undefined || fromMs >= toMs) return;
    const span = { fromMs: Math.max(fromMs, toMs - lookMsMax), toMs };
    await desk.observe(looked.map((one) => ({ ...one, ...span })));
  }

  /** Those that rules are about, of the thousands that a large home has. */
  #wantedOf(values: readonly SeenValue[]): ReadonlyMap<string, SeenValue> {
    const found = new Map<string, SeenValue>();
    for (const value of values) {
      if (this.#wanted.get(value.device)?.has(value.quantity) !== true) continue;
      found.set(`${value.device}/${value.quantity}`, value);
    }
    return found;
  }

  #lookAtOwn(seen: HomeSeen): readonly Seen[] {
    const holding = new Set(this.#ports.desk.states().filter(isHolding).map(nameOf));
    return this.#own.flatMap(({ rule: { id }, condition }) => {
      if (condition === undefined) return [];
      const name = { rule: id, subject: subjectOf(condition) };
      return [{ ...name, ...lookAt(condition, seen, holding.has(nameOf(name))) }];
    });
  }

  #lookAtSilences(seen: HomeSeen, things: ReturnType<WatchedHome['things']>): readonly Seen[] {
    const periods = this.#silentPeriods;
    if (periods === undefined) return [];
    return things
      .filter(({ isDisabled }) => !isDisabled)
      .map((thing) => ({ rule: silentRuleId, subject: thing.id, ...lookAtSilence(thing, periods, seen) }));
  }

  /** Subjects of these rules that nobody looks at any more: a device was removed, a rule is about another. */
  async #forgetOthers(looked: readonly Seen[]): Promise<void> {
    const watched = new Set(looked.map(nameOf));
    const rules = new Set([...this.#own.map(({ rule }) => rule.id), silentRuleId]);
    const others = this.#ports.desk
      .states()
      .filter((state) => rules.has(state.rule) && !watched.has(nameOf(state)));
    if (others.length > 0) await this.#ports.desk.forget(others);
  }
}

type Seen = Omit<AlertObservation, 'fromMs' | 'toMs'> & Looked;

function isHolding({ state }: StoredAlertState): boolean {
  return state === 'pending' || state === 'held' || state === 'firing' || state === 'acknowledged';
}

function nameOf({ rule, subject }: { readonly rule: string; readonly subject: string }): string {
  return `${rule}\n${subject}`;
}
