import { setImmediate as turn } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { AlertObservation, AlertRule, AlertWords } from '../../../gateway/core/alert.ts';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { createLiveFeed, type LiveEvent } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { Alerts } from '../../../gateway/features/alerts/alerts.ts';
import type { SendingNotifier } from '../../../gateway/features/alerts/sending-notifier.ts';
import { Deliveries } from '../../../gateway/features/alerts/deliveries.ts';
import type { AlertRouter, MessageWriter } from '../../../gateway/features/alerts/alert-ports.ts';
import type { StoredAlert, StoredDelivery } from '../../../gateway/storage/alert-calls.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import type { openConnection } from '../../../gateway/storage/connection.ts';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { MarkStore } from '../../../gateway/storage/mark-store.ts';
import { runMigrations } from '../../../gateway/storage/run-migrations.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { MortalLife } from '../../../sim/mortal-life.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

export const benchStartMs = Date.UTC(2026, 0, 15, 6);
/** The store takes this long to answer. */
const storeMs = 1;

/** How a call of the store fails: before it has done anything, after it has done all, or because of its medium. */
export type StoreFault = 'undone' | 'done' | 'refused' | undefined;

/**
 * What the other side does with a message. `lost`, `taken`: it hangs up, before or after it has taken it. `hangs`:
 * it says nothing until it is given up; `deaf`: not even then.
 */
export type Reception =
  'accepts' | 'away' | 'deaf' | 'hangs' | 'lost' | 'refuses' | 'slow' | 'taken' | 'throttles';

export interface Accepted {
  readonly notifier: string;
  readonly reference: string;
  readonly recipient: string;
  readonly atMs: number;
}

export interface BenchNotifier {
  readonly id: string;
  readonly recipients: readonly string[];
  readonly isRepeatSafe: boolean;
  readonly problem?: string;
}

const words: AlertWords = {
  ...{ title: 'it', text: 'it', short: 'it' },
  ...{ recoveredTitle: 'over', recoveredText: 'over', recoveredShort: 'over' },
};

export const usualRule: AlertRule = {
  ...{ id: 'fire-out', severity: 'safety', isEnabled: true, forMs: 0, cooldownMs: 600_000 },
  ...{ repeatMs: undefined, tellsRecovery: true, words: { en: words, fr: words }, page: undefined },
};

export const mail: BenchNotifier = { id: 'mail', recipients: ['ana', 'bob'], isRepeatSafe: false };
export const hook: BenchNotifier = { id: 'hook', recipients: [''], isRepeatSafe: true };

/** Alerts and their messages in a process that can die and start again, over one database; all in virtual time. */
export class AlertsBench {
  readonly clock = new SimulatedClock(benchStartMs);
  readonly service: DatabaseService;
  readonly events: LiveEvent[] = [];
  readonly accepted: Accepted[] = [];
  rules: readonly AlertRule[] = [usualRule];
  notifiers: readonly BenchNotifier[] = [mail, hook];
  reasons: ReadonlyMap<string, string> = new Map();
  reception: (notifier: string, recipient: string) => Reception = () => 'accepts';
  storeFault: (call: string) => StoreFault = () => undefined;
  /** Dies there: each call of the store, and each try, is one moment before it, and one after. */
  diesAt: (moment: string) => boolean = () => false;
  isTimeKnown = true;
  beatMs = 5_000;
  /** From when on messages may be sent. */
  dueMs: (nowMs: number) => number = (nowMs) => nowMs;
  alerts!: Alerts;
  deliveries!: Deliveries;
  #life = new MortalLife();
  #starts = 0;

  constructor() {
    this.service = new DatabaseService({ directory: '/nowhere', zone: 'UTC', nowMs: benchStartMs }, inMemory);
  }

  get isDead(): boolean {
    return this.#life.isOver;
  }

  /** A new process over the same database. */
  start(): void {
    this.#starts += 1;
    const life = (this.#life = new MortalLife());
    const { clock } = this;
    const alarm = life.alarm(clock);
    const feed = createLiveFeed();
    feed.subscribe((event) => this.events.push(event));
    const store = life.database(this.#database());
    const usual = { clock, logger: silentLogger, store };
    const deliveries = new Deliveries(
      this.notifiers.map((notifier) => this.#sending(notifier, life)),
      this.reasons,
      { ...usual, alarm, random: seededRandom(this.#starts), writer },
    );
    const alerts = new Alerts({
      ...{ ...usual, feed, router: this.#router() },
      rules: () => this.rules,
      isTimeKnown: () => this.isTimeKnown,
      wake: () => deliveries.wake(),
      tellUnkept: (alert) => deliveries.tellUnkept(alert),
    });
    this.alerts = alerts;
    this.deliveries = deliveries;
    const beat = (): void => {
      alarm.at(monotonicMs(clock.monotonic() + this.beatMs), beat);
      deliveries.beat();
      void load().then(
        () => deliveries.beat(),
        () => undefined,
      );
    };
    const load = async (): Promise<void> => {
      await alerts.load();
      await deliveries.load();
    };
    beat();
  }

  /** As a kill, or a power cut. */
  die(): void {
    this.#life.end();
  }

  /** In good order. */
  async stop(): Promise<void> {
    await this.ask(this.deliveries.stop());
    this.#life.end();
  }

  /** The answer, or the error, once virtual time has brought it. */
  async ask<Result>(call: Promise<Result>, withinMs = 60_000): Promise<Result> {
    const outcome = { isSettled: false };
    const settle = (): void => {
      outcome.isSettled = true;
    };
    call.then(settle, settle);
    for (let passedMs = 0; !outcome.isSettled && passedMs < withinMs; passedMs += 5) {
      if (this.isDead) throw new GatewayError('stopping', 'the gateway died');
      await this.clock.advance(5);
    }
    if (!outcome.isSettled) throw new GatewayError('deadline_exceeded', 'nothing came of it');
    return await call;
  }

  async observe(holds: boolean | undefined, minutes: number, rule = usualRule.id): Promise<void> {
    const toMs = this.clock.wall();
    await this.ask(this.alerts.observe([seen(holds, toMs - minutes * 60_000, toMs, rule)]));
  }

  /** Oldest first. */
  told(): readonly StoredAlert[] {
    return [...this.service.listAlerts({ rowsMax: 1_000 })].reverse();
  }

  /** Oldest first. */
  messages(): readonly StoredDelivery[] {
    return [...this.service.listDeliveries({ rowsMax: 1_000 })].reverse();
  }

  #router(): AlertRouter {
    return {
      route: ({ notedMs }) =>
        this.notifiers.flatMap(({ id, recipients }) =>
          recipients.map((recipient) => ({ notifier: id, recipient, dueMs: this.dueMs(notedMs) })),
        ),
    };
  }

  #sending({ id, isRepeatSafe, problem, recipients }: BenchNotifier, life: MortalLife): SendingNotifier {
    const alarm = life.alarm(this.clock);
    const wait = async (ms: number): Promise<void> => {
      await new Promise<void>((resolve) => {
        alarm.at(monotonicMs(this.clock.monotonic() + ms), resolve);
      });
    };
    return {
      id,
      problem,
      recipients: problem === undefined ? recipients : undefined,
      definition: { isRepeatSafe, timeoutMs: 10_000, shownRecipient: (recipient) => `${recipient}…` },
      open: () => ({
        send: async ({ reference }, recipient, signal) => {
          await this.#unlessDead(`before send`);
          const reception = this.reception(id, recipient);
          const accept = (): void => {
            this.accepted.push({ notifier: id, reference, recipient, atMs: this.clock.truth() });
          };
          await wait(reception === 'slow' ? 8_000 : 20);
          if (reception === 'hangs') await aborted(signal);
          if (reception === 'deaf') await new Promise<never>(() => undefined);
          if (reception === 'accepts' || reception === 'slow' || reception === 'taken') accept();
          await this.#unlessDead('after send');
          const error = errors[reception];
          if (error !== undefined) throw error();
          return { receipt: `receipt of ${reference}` };
        },
        balance: async () => await Promise.resolve({ amount: 1.5, currency: 'EUR' }),
        close: async () => await Promise.resolve(),
      }),
    };
  }

  #database(): Database {
    return {
      call: async (name, ...parameters) => {
        await this.#unlessDead(`before ${name}`);
        await new Promise<void>((resolve) => {
          this.clock.at(monotonicMs(this.clock.monotonic() + storeMs), resolve);
        });
        // As a worker's answer would: the clock lets all that follows from it go on before time does.
        await this.clock.pend(turn());
        const fault = this.storeFault(name);
        const failure = new GatewayError('storage_failed', `${name} failed`);
        if (fault === 'undone') throw failure;
        if (fault === 'refused') throw refusal(name);
        const answer = callStore(this.service, name, parameters);
        await this.#unlessDead(`after ${name}`);
        if (fault === 'done') throw failure;
        return answer;
      },
      close: async () => await Promise.resolve(),
    };
  }

  async #unlessDead(moment: string): Promise<void> {
    if (!this.isDead && this.diesAt(moment)) this.die();
    if (this.isDead) await new Promise<never>(() => undefined);
  }
}

export function seen(
  holds: boolean | undefined,
  fromMs: number,
  toMs: number,
  rule = usualRule.id,
): AlertObservation {
  return { rule, subject: 'boiler', fromMs, toMs, holds, facts: { waterC: 51.5 } };
}

function refusal(name: string): GatewayError {
  return new GatewayError('storage_failed', `${name} failed`, { facts: { mode: 'read_only' } });
}

const writer: MessageWriter = {
  write: ({ id, kind, severity, rule, subject, episodeMs }, delivery) => ({
    reference: `egw-test-${id}-${delivery.id}`,
    ...{ kind, severity, rule, subject, language: 'en' as const },
    ...{ title: rule, text: rule, short: rule, atMs: episodeMs, site: 'home' },
  }),
};

const errors: Readonly<Partial<Record<Reception, () => GatewayError>>> = {
  away: () => new GatewayError('connection_refused', 'nobody is there'),
  lost: () => new GatewayError('connection_closed', 'it hung up', { facts: { isUnclear: true } }),
  taken: () => new GatewayError('connection_closed', 'it hung up', { facts: { isUnclear: true } }),
  refuses: () => new GatewayError('notifier_refused', 'there is no credit left', { hint: 'pay' }),
  throttles: () => new GatewayError('rate_limited', 'too often', { facts: { retryAfterSeconds: 40 } }),
};

async function aborted(signal: AbortSignal): Promise<never> {
  return await new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

const inMemory: typeof openConnection = (_path, epoch) => {
  const connection = new Sqlite(':memory:');
  runMigrations(connection);
  new MarkStore(connection).putNumber('epoch', epoch ?? 1);
  return connection;
};
