import type {
  AlertCalls,
  NewAlert,
  StoredAlert,
  StoredAlertState,
} from '../../gateway/storage/alert-calls.ts';
import type { StorePort } from '../../gateway/features/store-port.ts';

type Noted = Parameters<AlertCalls['noteAlerts']>[0];

/** Where the process ends in the middle of telling: before its transaction, or when that is on disk. */
export type StoreCrash = 'before' | 'after';

/** Thrown where the process ends. */
export class ProcessEnded extends Error {}

/** A disk for alerts in memory, coarser than the real one in that all of it is there at once. */
export class WinterStore implements StorePort<
  'acknowledgeAlert' | 'alertStates' | 'listAlerts' | 'noteAlerts'
> {
  readonly #states = new Map<string, StoredAlertState>();
  readonly #alerts = new Map<string, StoredAlert>();
  readonly #forgetsKeys: boolean;
  #crash: StoreCrash | undefined;
  #fresh: StoredAlert[] = [];

  /** @param forgetsKeys whether what was told is told again after a restart: a mistake */
  constructor(forgetsKeys: boolean) {
    this.#forgetsKeys = forgetsKeys;
  }

  /** The process ends at the next telling. */
  crashAtNext(when: StoreCrash): void {
    this.#crash = when;
  }

  /** What was told since it was asked last. */
  takeTold(): readonly StoredAlert[] {
    const told = this.#fresh;
    this.#fresh = [];
    return told;
  }

  restarted(): void {
    if (!this.#forgetsKeys) return;
    this.#alerts.clear();
    this.#states.clear();
  }

  readonly call: StorePort<'acknowledgeAlert' | 'alertStates' | 'listAlerts' | 'noteAlerts'>['call'] = async (
    name,
    ...parameters
  ) => {
    const answer: unknown = this.#answer(name, parameters);
    return await Promise.resolve(answer as never);
  };

  #answer(name: string, parameters: readonly unknown[]): unknown {
    if (name === 'alertStates') return [...this.#states.values()];
    if (name === 'noteAlerts') return this.#note(parameters[0] as Noted);
    if (name === 'acknowledgeAlert') return false;
    const { rule, subject, fromMs = 0 } = parameters[0] as Parameters<AlertCalls['listAlerts']>[0];
    return [...this.#alerts.values()]
      .filter((alert) => alert.rule === rule && alert.subject === subject && alert.atMs >= fromMs)
      .toReversed();
  }

  #note({ states, forgotten, alerts }: Noted): readonly StoredAlert[] {
    const crash = alerts.length > 0 ? this.#crash : undefined;
    if (crash !== undefined) this.#crash = undefined;
    if (crash === 'before') throw new ProcessEnded();
    for (const state of states) this.#states.set(`${state.rule} ${state.subject}`, state);
    for (const { rule, subject } of forgotten) this.#states.delete(`${rule} ${subject}`);
    const told = alerts.flatMap((alert) => this.#add(alert));
    if (crash === 'after') throw new ProcessEnded();
    return told;
  }

  #add(alert: NewAlert): readonly StoredAlert[] {
    const key = [alert.rule, alert.subject, alert.episodeMs, alert.kind, alert.sequence].join(' ');
    if (this.#alerts.has(key)) return [];
    const stored = { ...alert, id: this.#alerts.size + 1, acknowledgedMs: null, acknowledgedBy: null };
    this.#alerts.set(key, stored);
    this.#fresh.push(stored);
    return [stored];
  }
}
