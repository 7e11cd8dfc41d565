import assert from 'node:assert';
import type { AlertDesk, AlertObservation, AlertRule } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type {
  AlertCalls,
  AlertKind,
  NewAlert,
  StoredAlert,
  StoredAlertState,
} from '../../storage/alert-calls.ts';
import type { StorePort } from '../store-port.ts';
import { AlertBook, type StateName } from './alert-book.ts';
import { notAfter, quietState, step, type AlertStep, type Told } from './alert-machine.ts';
import type { AlertRouter } from './alert-ports.ts';
import { isOfMedium } from './is-of-medium.ts';

export interface AlertsPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<'acknowledgeAlert' | 'alertStates' | 'listAlerts' | 'noteAlerts'>;
  readonly router: AlertRouter;
  /** Asked once, before anything is observed. */
  readonly rules: () => readonly AlertRule[];
  /** Whether the clock is believed: before that nothing is put back to it. */
  readonly isTimeKnown: () => boolean;
  /** Something is to be sent. */
  readonly wake: () => void;
  /** Tells people of what cannot be written down. */
  readonly tellUnkept: (alert: NewAlert) => void;
}

/** Something that is not as it should be: a line for people. */
export interface AlertsNote {
  readonly subject: string;
  readonly status: 'failing';
  readonly message: string;
  readonly hint: string;
}

/** Alerts of one rule and subject that are looked through for the name of a new episode. */
const namesMax = 1_000;
/** People are told from memory when the medium has refused so often: the first time it may have taken it all the same. */
const refusalsMin = 2;
/** What was told from memory is written down as soon as that can be done. */
const owedMax = 100;
/** In one transaction, with what is owed. */
const observationsMax = limits.alertsNotedMax - owedMax;

/** Decides what people are told, by rules and what was seen; see docs/alerts.md. */
export class Alerts implements AlertDesk {
  readonly #ports: AlertsPorts;
  #rules: ReadonlyMap<string, AlertRule> | undefined;
  /** undefined while it is not known what is on disk. */
  #book: AlertBook | undefined;
  /** Why what was decided last could not be written. */
  #problem: string | undefined;
  #refusals = 0;
  #owed: readonly NewAlert[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ports: AlertsPorts) {
    this.#ports = ports;
  }

  /** Reads where the rules stand, and forgets those that are off or gone. Errors: those of the store. */
  async load(): Promise<void> {
    await this.#inTurn(async () => {
      const book = await this.#loaded();
      if (book.forgotten.length > 0) await this.#note(book, [], []);
    });
  }

  /** While nothing can be decided nobody is told of anything. */
  notes(): readonly AlertsNote[] {
    if (this.#problem === undefined) return [];
    const message = `what people are told cannot be written down: ${this.#problem}`;
    const hint = 'they are told all the same, and again after a restart; see what egw db status says';
    return [{ subject: 'alerts', status: 'failing', message, hint }];
  }

  /** Empty before it is known what is on disk. */
  states(): readonly StoredAlertState[] {
    return this.#book?.states() ?? [];
  }

  /** Errors: `storage_busy` before it is known what is on disk. */
  observedToMs(rule: string, subject: string): number | undefined {
    if (this.#book !== undefined) return this.#book.stored({ rule, subject })?.observedToMs;
    throw new GatewayError('storage_busy', 'it is not known yet up to where alerts have seen');
  }

  async observe(observations: readonly AlertObservation[]): Promise<void> {
    for (let from = 0; from < observations.length; from += observationsMax) {
      const part = observations.slice(from, from + observationsMax);
      await this.#inTurn(async () => await this.#observe(part));
    }
  }

  /** False when its episode is over, or somebody sees to it already. Errors: those of the store. */
  async acknowledge({ id, rule, subject, episodeMs }: StoredAlert, by: string): Promise<boolean> {
    return await this.#inTurn(async () => {
      const book = await this.#loaded();
      const state = book.find({ rule, subject });
      if (state?.state !== 'firing' || state.sinceMs !== episodeMs) return false;
      const atMs = this.#ports.clock.wall();
      const isTaken = await this.#surely(
        async () => await this.#ports.store.call('acknowledgeAlert', { id, by, atMs }),
      );
      if (!isTaken) return false;
      const acknowledged: StoredAlertState = { ...state, state: 'acknowledged' };
      const stored = book.stored(state) ?? state;
      book.take([acknowledged]);
      book.written([{ ...stored, state: 'acknowledged' }], []);
      this.#publish({ id, rule, subject, kind: 'acknowledged' });
      return true;
    });
  }

  /** Subjects that are not looked at any more; what is on disk of them goes with what is written next. */
  async forget(names: readonly StateName[]): Promise<void> {
    await this.#inTurn(async () => {
      const book = await this.#loaded();
      for (const name of names) book.forget(name);
    });
  }

  async #loaded(): Promise<AlertBook> {
    this.#rules ??= new Map(this.#ports.rules().map((rule) => [rule.id, rule]));
    this.#book ??= new AlertBook(this.#rules, await this.#ports.store.call('alertStates'));
    return this.#book;
  }

  async #observe(observations: readonly AlertObservation[]): Promise<void> {
    const book = await this.#loaded();
    const { states, alerts } = await this.#decide(book, observations);
    await this.#note(book, states, alerts);
    book.take(states);
  }

  async #decide(
    book: AlertBook,
    observations: readonly AlertObservation[],
  ): Promise<{ readonly states: readonly StoredAlertState[]; readonly alerts: readonly NewAlert[] }> {
    const states = new Map<string, StoredAlertState>();
    const alerts: NewAlert[] = [];
    for (const observation of observations) {
      const rule = this.#rules?.get(observation.rule);
      assert(rule !== undefined, `there is no alert rule ${observation.rule}`);
      if (!rule.isEnabled) continue;
      const name = `${rule.id}\n${observation.subject}`;
      const before = states.get(name) ?? book.find(observation);
      const { state, told } = await this.#step(before, observation, rule);
      states.set(name, state);
      if (told !== undefined) alerts.push(this.#alertOf(observation, rule, told));
    }
    return { states: [...states.values()], alerts };
  }

  async #step(
    before: StoredAlertState | undefined,
    observation: AlertObservation,
    rule: AlertRule,
  ): Promise<AlertStep> {
    const { clock, isTimeKnown } = this.#ports;
    const known = before ?? quietState(rule.id, observation.subject, observation.fromMs);
    const { state, told } = step(
      isTimeKnown() ? notAfter(known, clock.wall(), rule) : known,
      observation,
      rule,
    );
    if (told?.kind !== 'alert') return { state, told };
    const episodeMs = await this.#freeName(state, told.episodeMs);
    return { state: { ...state, sinceMs: episodeMs }, told: { ...told, episodeMs } };
  }

  /** Where the clock was set back, an earlier episode may have begun at the same time: that is another one. */
  async #freeName({ rule, subject }: StateName, wantedMs: number): Promise<number> {
    const query = { rule, subject, fromMs: wantedMs, rowsMax: namesMax };
    const alerts = await this.#ports.store.call('listAlerts', query);
    const taken = new Set(alerts.map(({ episodeMs }) => episodeMs));
    let episodeMs = wantedMs;
    while (taken.has(episodeMs)) episodeMs += 1;
    return episodeMs;
  }

  #alertOf({ subject, facts }: AlertObservation, rule: AlertRule, told: Told): NewAlert {
    const { clock, router } = this.#ports;
    const alert = {
      ...{ rule: rule.id, subject, ...told },
      ...{ notedMs: clock.wall(), severity: rule.severity, facts: JSON.stringify(facts) },
    };
    return { ...alert, deliveries: router.route(alert) };
  }

  async #note(
    book: AlertBook,
    states: readonly StoredAlertState[],
    alerts: readonly NewAlert[],
  ): Promise<void> {
    const forgotten = book.forgotten.slice(0, limits.alertsNotedMax);
    const noted = { states: book.toWrite(states), forgotten, alerts: [...this.#owed, ...alerts] };
    if (noted.states.length + forgotten.length + noted.alerts.length === 0) return;
    const told = await this.#keptOrTold(book, noted, alerts);
    if (told === undefined) return;
    book.written(noted.states, forgotten);
    this.#owed = [];
    for (const alert of told) this.#tell(alert);
    if (alerts.some(({ deliveries }) => deliveries.length > 0)) this.#ports.wake();
  }

  /** undefined: the medium takes nothing, and people were told from memory. Errors: those of the store. */
  async #keptOrTold(
    book: AlertBook,
    noted: Parameters<AlertCalls['noteAlerts']>[0],
    alerts: readonly NewAlert[],
  ): Promise<readonly StoredAlert[] | undefined> {
    try {
      return await this.#surely(async () => await this.#ports.store.call('noteAlerts', noted));
    } catch (error) {
      if (this.#refusals < refusalsMin) throw error;
      this.#book = book;
      for (const alert of alerts) this.#ports.tellUnkept(alert);
      this.#owed = [...this.#owed, ...alerts.map((alert) => ({ ...alert, deliveries: [] }))].slice(-owedMax);
      return undefined;
    }
  }

  #tell({ id, rule, subject, kind, severity }: StoredAlert): void {
    this.#ports.logger.warn({ alert: id, rule, subject, severity }, `${wordsOf[kind]} ${rule} of ${subject}`);
    this.#publish({ id, rule, subject, kind });
  }

  #publish(told: Pick<StoredAlert, 'id' | 'rule' | 'subject'> & { readonly kind: string }): void {
    this.#ports.feed.publish({ type: 'alert', ...told });
  }

  /**
   * After a failure it is not known what is on disk: it is read again, unless people were told what is not there.
   * Errors: those of the work.
   */
  async #surely<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      const result = await write();
      this.#problem = undefined;
      this.#refusals = 0;
      return result;
    } catch (error) {
      if (this.#owed.length === 0) this.#book = undefined;
      this.#problem = describeError(error);
      // It may be on disk all the same, and is sent then.
      this.#ports.wake();
      this.#refusals = isOfMedium(error) ? this.#refusals + 1 : 0;
      throw error;
    }
  }

  /** One after the other, in the order of the calls. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }
}

const wordsOf: Readonly<Record<AlertKind, string>> = {
  alert: 'alert:',
  reminder: 'reminder of alert:',
  recovered: 'over:',
  test: 'test:',
};
