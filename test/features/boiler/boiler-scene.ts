import type { Test } from 'tap';
import type { AlertDesk, AlertObservation } from '../../../gateway/core/alert.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { createLiveFeed, type LiveEvent } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { Quality } from '../../../gateway/core/quality.ts';
import { notAfter, quietState, step } from '../../../gateway/features/alerts/alert-machine.ts';
import { Boiler } from '../../../gateway/features/boiler/boiler.ts';
import { boilerRules } from '../../../gateway/features/boiler/boiler-rules.ts';
import { boilerSettings } from '../../../gateway/features/boiler/boiler-section.ts';
import type { StoredAlertState } from '../../../gateway/storage/alert-calls.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { batchOf, openScratch, type Sample } from '../../storage/scratch.ts';

export const minuteMs = 60_000;
const beatMs = 5_000;
const commitMs = 10_000;

/** What the boiler is like: what is absent says nothing. */
export interface Said {
  readonly water?: number;
  readonly flue?: number;
  readonly igniter?: number;
  readonly fan?: number;
  /** Of all of them. */
  readonly quality?: Quality;
}

const names = ['water', 'flue', 'igniter', 'fan'] as const;
const on = 1_700;

export const burning: Said = { water: 65, flue: 120, igniter: 0, fan: on };
export const out: Said = { water: 50, flue: 40, igniter: 0, fan: 0 };

/** Decides as the machine of alerts does; what it was told is on disk when it says so. */
class MachineDesk implements AlertDesk {
  readonly told: string[] = [];
  readonly observed: AlertObservation[] = [];
  readonly #states = new Map<string, StoredAlertState>();
  isFailing = false;
  startMs = 0;
  nowMs = (): number => Infinity;

  observe(observations: readonly AlertObservation[]): Promise<void> {
    if (this.isFailing) return Promise.reject(new GatewayError('storage_failed', 'no disk'));
    for (const observation of observations) this.#take(observation);
    return Promise.resolve();
  }

  observedToMs(rule: string, subject: string): number | undefined {
    return this.#states.get(`${rule} ${subject}`)?.observedToMs;
  }

  #take(observation: AlertObservation): void {
    this.observed.push(observation);
    const { rule: id, subject } = observation;
    const rule = boilerRules(true).find((one) => one.id === id);
    if (rule === undefined || !rule.isEnabled) return;
    const key = `${id} ${subject}`;
    const before = this.#states.get(key) ?? quietState(id, subject, observation.fromMs);
    const { state, told } = step(notAfter(before, this.nowMs(), rule), observation, rule);
    this.#states.set(key, state);
    if (told === undefined) return;
    const kind = told.kind === 'alert' ? '' : ` ${told.kind}`;
    const where = subject === 'boiler' ? '' : ` ${subject}`;
    this.told.push(`${(told.atMs - this.startMs) / minuteMs} ${id.replace('boiler-', '')}${where}${kind}`);
  }
}

/** A boiler over a real database, in time that passes when a test says so. */
export class BoilerScene {
  readonly time = new ManualTime();
  readonly desk = new MachineDesk();
  readonly events: LiveEvent[] = [];
  readonly startMs: number;
  isTimeKnown = true;
  /** What people were told, newest first, as the store has it. */
  alerts: readonly object[] = [];
  isCommitting = true;
  /** Calls of the store that fail. */
  readonly failing = new Set<string>();
  boiler: Boiler;
  readonly #service: DatabaseService;
  readonly #series: readonly number[];
  readonly #feed = createLiveFeed();
  readonly #section: object;
  #pending: Sample[] = [];
  #sequence = 0;

  constructor(t: Test, section: object = {}) {
    this.#service = openScratch(t.testdir());
    t.teardown(() => this.#service.close());
    const keys = [
      { device: 'boiler/w', quantity: 'temperature_c' },
      { device: 'boiler/f', quantity: 'temperature_c' },
      { device: 'motors/a1', quantity: 'motor_mv' },
      { device: 'motors/a2', quantity: 'motor_mv' },
    ];
    this.#series = this.#service.internSeries(keys);
    const inputs = { water: 'boiler/w', flue: 'boiler/f', igniter: 'motors/a1', primaryFan: 'motors/a2' };
    this.#section = { alerts: true, inputs, ...section };
    this.startMs = this.time.wall();
    this.desk.startMs = this.startMs;
    this.desk.nowMs = () => this.time.wall();
    this.#feed.subscribe((event) => {
      if (event.type === 'boiler') this.events.push(event);
    });
    this.boiler = this.#open();
  }

  /** The process ends, and another one goes on. */
  restart(): void {
    this.#pending = [];
    this.boiler = this.#open();
  }

  /** Time passes; at each beat it says so and the watch runs, and every 10 s what was said is committed. */
  async pass(minutes: number, said: Said = {}, everyMs: number = beatMs): Promise<void> {
    for (let passedMs = 0; passedMs < minutes * minuteMs; passedMs += everyMs) {
      this.say(said);
      if (this.time.wall() % commitMs === 0) this.commit();
      await this.run();
      this.time.pass(everyMs);
    }
  }

  say({ quality = 'good', ...values }: Said, atMs: number = this.time.wall() + 100): void {
    names.forEach((name, index) => {
      const value = values[name];
      const series = this.#series[index] ?? 0;
      if (value !== undefined) this.#pending.push([series, atMs, value, quality]);
    });
    const devices = ['boiler/w', 'boiler/f', 'motors/a1', 'motors/a2'];
    const heard = names.flatMap((name, index) => {
      const value = values[name];
      const quantity = index < 2 ? 'temperature_c' : 'motor_mv';
      if (value === undefined) return [];
      return [{ device: devices[index] ?? '', quantity, atMs, value, quality, stored: false }];
    });
    this.#feed.publish({ type: 'readings', values: heard });
  }

  commit(): void {
    while (this.isCommitting && this.#pending.length > 0) {
      this.#sequence += 1;
      const batch = batchOf(this.#pending.splice(0, 1_000));
      this.#service.appendReadings({ bootId: 'scene', sequence: this.#sequence }, batch);
    }
  }

  /** One beat of the watch. False when it failed. */
  async run(): Promise<boolean> {
    const [task] = this.boiler.watch.tasks();
    try {
      await task?.run({ signal: new AbortController().signal } as Parameters<typeof task.run>[0]);
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  /** Spans on disk, as minutes since the start. */
  stored(): readonly string[] {
    const query = { boiler: 'boiler', fromMs: 0, toMs: 9e15, rowsMax: 10_000 };
    return this.#service
      .listPhases(query)
      .spans.map(({ startMs, endMs, phase }) => `${this.#minute(startMs)}-${this.#minute(endMs)} ${phase}`);
  }

  /** All spans that are for good, as minutes since the start. */
  async phases(): Promise<readonly string[]> {
    const { phases } = await this.boiler.phases({ fromMs: 0, toMs: 9e15 }, 10_000);
    return phases
      .filter(({ isProvisional }) => !isProvisional)
      .map(({ startMs, endMs, phase }) => `${this.#minute(startMs)}-${this.#minute(endMs)} ${phase}`);
  }

  /** What was seen of a rule, since the start, a letter a minute. */
  seen(rule: string, subject = 'boiler'): string {
    return this.desk.observed
      .filter((one) => one.rule === rule && one.subject === subject)
      .map(({ holds }) => (holds === undefined ? '?' : holds ? 'x' : '.'))
      .join('');
  }

  #minute(atMs: number): number {
    return (atMs - this.startMs) / minuteMs;
  }

  #open(): Boiler {
    const settings = boilerSettings(this.#section);
    if (settings === undefined) throw new GatewayError('config_invalid', 'no boiler');
    const service = this.#service;
    return new Boiler(
      {
        ...{ clock: this.time, logger: silentLogger, feed: this.#feed, desk: this.desk, commitMs },
        store: {
          call: async (name, ...parameters) => {
            if (this.failing.has(name)) throw new GatewayError('storage_failed', `no ${name}`);
            const call = service[name].bind(service) as (...given: unknown[]) => unknown;
            return await Promise.resolve(call(...parameters) as never);
          },
        },
        latest: () => [],
        isTimeKnown: () => this.isTimeKnown,
        waitingSinceMs: () => this.#pending[0]?.[1],
        periodMsOf: () => beatMs,
        minutesKeptMs: 35 * 86_400_000,
      },
      settings,
    );
  }
}
