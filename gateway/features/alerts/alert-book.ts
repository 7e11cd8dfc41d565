import type { AlertRule } from '../../core/alert.ts';
import type { StoredAlertState } from '../../storage/alert-calls.ts';
import { isUntold, patienceMs } from './alert-machine.ts';

/** How far a state on disk may lag behind, by the times of what was seen. */
const lagMsMax = 10 * 60_000;
/** So often of its patience an episode that nobody was told of is written: or a restart would give it up. */
const patienceParts = 5;

/** A rule and a subject. */
export type StateName = Pick<StoredAlertState, 'rule' | 'subject'>;

/** Where the rules stand: what is in memory, and what of it is on disk. */
export class AlertBook {
  readonly #rules: ReadonlyMap<string, AlertRule>;
  readonly #states = new Map<string, StoredAlertState>();
  readonly #stored = new Map<string, StoredAlertState>();
  #forgotten: StateName[] = [];

  constructor(rules: ReadonlyMap<string, AlertRule>, stored: readonly StoredAlertState[]) {
    this.#rules = rules;
    for (const state of stored) {
      if (rules.get(state.rule)?.isEnabled !== true) {
        this.#forgotten.push(state);
        continue;
      }
      this.#states.set(keyOf(state), state);
      this.#stored.set(keyOf(state), state);
    }
  }

  /** On disk, and not looked at any more. */
  get forgotten(): readonly StateName[] {
    return this.#forgotten.map(({ rule, subject }) => ({ rule, subject }));
  }

  states(): readonly StoredAlertState[] {
    return [...this.#states.values()];
  }

  find(name: StateName): StoredAlertState | undefined {
    return this.#states.get(keyOf(name));
  }

  stored(name: StateName): StoredAlertState | undefined {
    return this.#stored.get(keyOf(name));
  }

  /** Those of them that have to be on disk. */
  toWrite(states: readonly StoredAlertState[]): readonly StoredAlertState[] {
    return states.filter((state) => this.#isToWrite(state, this.stored(state)));
  }

  take(states: readonly StoredAlertState[]): void {
    for (const state of states) this.#states.set(keyOf(state), state);
  }

  /** They are on disk. */
  written(states: readonly StoredAlertState[], forgotten: readonly StateName[]): void {
    for (const state of states) this.#stored.set(keyOf(state), state);
    const gone = new Set(forgotten.map(keyOf));
    this.#forgotten = this.#forgotten.filter((name) => !gone.has(keyOf(name)));
  }

  /** Is not looked at any more. */
  forget(name: StateName): void {
    const key = keyOf(name);
    if (!this.#states.delete(key)) return;
    if (this.#stored.delete(key)) this.#forgotten.push(name);
  }

  #isToWrite(state: StoredAlertState, stored: StoredAlertState | undefined): boolean {
    if (stored === undefined) return true;
    const lagMs = state.observedToMs - stored.observedToMs;
    return !isSameBut(state, stored) || lagMs < 0 || lagMs >= this.#lagMsMax(state);
  }

  #lagMsMax(state: StoredAlertState): number {
    const rule = this.#rules.get(state.rule);
    if (rule === undefined || !isUntold(state)) return lagMsMax;
    return Math.min(lagMsMax, patienceMs(rule) / patienceParts);
  }
}

/** Subjects may hold any character but a line feed. */
function keyOf({ rule, subject }: StateName): string {
  return `${rule}\n${subject}`;
}

/** But for how far it has seen, and since when an episode that people know of, or none, is not known. */
function isSameBut(a: StoredAlertState, b: StoredAlertState): boolean {
  return (
    a.state === b.state &&
    a.sinceMs === b.sinceMs &&
    a.alertedMs === b.alertedMs &&
    a.reminders === b.reminders &&
    (a.unknownSinceMs === b.unknownSinceMs || !isUntold(a))
  );
}
