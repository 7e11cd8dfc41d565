import type { Test } from 'tap';
import type { AlertObservation } from '../../../../gateway/core/alert.ts';
import type { Derogation } from '../../../../gateway/core/derogations.ts';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { createLiveFeed, type LiveFeed } from '../../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../../gateway/core/logger.ts';
import { localIso } from '../../../../gateway/core/local-hour.ts';
import type { TempoDay } from '../../../../gateway/core/tempo-day.ts';
import type { TempoColour } from '../../../../gateway/core/tempo-rules.ts';
import type { ServerSettings } from '../../../../gateway/features/server/server-section.ts';
import type {
  ServerSwitch,
  SwitchingPorts,
} from '../../../../gateway/features/server/switching/switching-ports.ts';
import { SwitchingWatch } from '../../../../gateway/features/server/switching/switching-watch.ts';
import { Switching } from '../../../../gateway/features/server/switching/switching.ts';
import type { DatabaseService } from '../../../../gateway/storage/database-service.ts';
import type { StoredServerOrder } from '../../../../gateway/storage/server-calls.ts';
import { ManualTime } from '../../../faces/manual-time.ts';
import { openScratch } from '../../../storage/scratch.ts';
import { colours, french, knowledge } from './known.ts';
import { Machine } from './machine.ts';

const beatMs = 5_000;
/** Where much time passes, less often: plugs are asked each minute, too. */
const [longMinutes, longBeatMs] = [90, 30_000];

export const settings: ServerSettings = {
  name: 'tower',
  meter: 'plug',
  switch: 'pve',
  policy: 'seed',
  unknownColour: 'stay-on',
  redProbability: 0.5,
  dryRun: false,
  offBelowWatts: 15,
  offMinutes: 10,
  onMinutes: 5,
  tries: 3,
  upsBatteryMinutes: 2,
  upsRuntimeMinutes: 5,
  upsMainsMinutes: 5,
};

interface SceneOptions extends Partial<Omit<ServerSettings, 'meter'>> {
  readonly from: string;
  readonly colours: string;
  /** `none`: no plug. */
  readonly meter?: 'none';
}

/** What happens to a call to the outside: the process dies before it has begun, or when it is done. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

class Dead extends Error {}

/** A server, its plug, its switch and a real database, in time that passes when a test says so. */
export class SwitchingScene {
  readonly time = new ManualTime();
  readonly machine = new Machine();
  readonly observed: AlertObservation[] = [];
  readonly startMs: number;
  known: Map<TempoDay, TempoColour>;
  held: Derogation[] = [];
  hasPlug = true;
  isTimeKnown = true;
  isKnowledgeRead = true;
  /** What the UPS says; undefined: nothing. */
  ups: { readonly onBattery: boolean; readonly isLow?: boolean; readonly runtimeS?: number } | undefined;
  /** What the switch throws instead of taking a command. */
  refusal: GatewayError | undefined;
  /** Whether the command reaches the machine when the switch throws. */
  arrives = false;
  /** Calls of the store that fail. */
  readonly failing = new Set<string>();
  positions: readonly ('on' | 'off')[] = ['on', 'off'];
  /** Why its switch cannot be used; from the next life on. */
  unusable: string | undefined;
  /** What the switch says of the machine. */
  canTell = false;
  calls = 0;
  death: Death | undefined;
  deaths = 0;
  switching: Switching;
  readonly #service: DatabaseService;
  readonly #settings: ServerSettings;
  #feed: LiveFeed = createLiveFeed();
  #watch: SwitchingWatch;
  #life = { isOver: false };

  constructor(t: Test, { from, colours: known, meter, ...changed }: SceneOptions) {
    this.#service = openScratch(t.testdir());
    t.teardown(() => this.#service.close());
    const { meter: plug = '', ...others } = settings;
    this.#settings = { ...others, ...(meter === undefined && { meter: plug }), ...changed };
    this.known = new Map(colours(known));
    this.time.stepWall(french(from) - this.time.wall());
    this.startMs = this.time.wall();
    this.switching = this.#open();
    this.#watch = new SwitchingWatch(this.switching);
  }

  /** The process ends, and another one goes on. */
  restart(): void {
    this.#life.isOver = true;
    this.#life = { isOver: false };
    this.#feed = createLiveFeed();
    this.switching = this.#open();
    this.#watch = new SwitchingWatch(this.switching);
  }

  /** Time passes, a beat after the other. */
  async pass(minutes: number): Promise<void> {
    const everyMs = minutes > longMinutes ? longBeatMs : beatMs;
    for (let passedMs = 0; passedMs < minutes * 60_000; passedMs += everyMs) {
      this.machine.live(this.time.monotonic());
      this.#say();
      await this.beat();
      this.time.pass(everyMs);
    }
  }

  async until(text: string): Promise<void> {
    await this.pass((french(text) - this.time.wall()) / 60_000);
  }

  /** Both tasks once; what they throw is for the next beat. */
  async beat(): Promise<void> {
    for (const { run } of this.#watch.tasks()) {
      try {
        await run({ signal: new AbortController().signal } as Parameters<typeof run>[0]);
      } catch (error) {
        if (!(error instanceof GatewayError) && !(error instanceof Dead)) throw error;
      }
      if (this.#life.isOver) {
        this.deaths += 1;
        this.restart();
      }
    }
  }

  derogate(from: string, to: string): void {
    this.held.push({ id: this.held.length + 1, member: '7', startMs: french(from), endMs: french(to) });
  }

  async ask(wanted: 'on' | 'off', member?: string): Promise<StoredServerOrder> {
    const principal = { kind: 'local', id: 'local', scopes: new Set<string>() };
    return await this.switching.order(wanted, { member, principal });
  }

  /** Oldest first: `22:00 off policy red-tomorrow done`. */
  orders(): readonly string[] {
    return this.#service
      .listServerOrders({ rowsMax: 1_000 })
      .toReversed()
      .map(({ decidedMs, wanted, cause, reason, state }) => {
        const at = localIso('Europe/Paris', decidedMs).slice(11, 16);
        const because = (JSON.parse(reason) as { reason: string }).reason;
        return `${at} ${wanted} ${cause} ${because} ${state}`;
      });
  }

  newest(): StoredServerOrder | undefined {
    return this.#service.listServerOrders({ rowsMax: 1 })[0];
  }

  audit(): readonly string[] {
    return this.#service
      .listAuditLines({ beforeMs: 9e15, rowsMax: 100 })
      .map(({ principal, action }) => `${principal} ${action}`);
  }

  /** What was seen of a rule at last. */
  holds(rule: string): boolean | undefined {
    return this.observed.findLast((one) => one.rule === rule)?.holds;
  }

  #say(): void {
    const base = { atMs: this.time.wall(), quality: 'good' as const, stored: false };
    const values = [];
    if (this.hasPlug)
      values.push({ ...base, device: 'plug', quantity: 'load_power_w', value: this.machine.watts });
    if (this.ups !== undefined) {
      const { onBattery, isLow, runtimeS } = this.ups;
      values.push({ ...base, device: 'ups', quantity: 'ups_on_battery', value: onBattery ? 1 : 0 });
      if (isLow !== undefined)
        values.push({ ...base, device: 'ups', quantity: 'ups_low_battery', value: isLow ? 1 : 0 });
      if (runtimeS !== undefined)
        values.push({ ...base, device: 'ups', quantity: 'ups_runtime_s', value: runtimeS });
    }
    this.#feed.publish({ type: 'readings', values });
  }

  /** Counts a call to the outside, and dies with it where it is to. */
  async #outside<Answer>(life: { isOver: boolean }, call: () => Answer | Promise<Answer>): Promise<Answer> {
    await Promise.resolve();
    if (life.isOver) throw new Dead('this process is over');
    this.calls += 1;
    const dies = this.death?.call === this.calls ? this.death.when : undefined;
    if (dies === 'before') life.isOver = true;
    if (life.isOver) throw new Dead('it died before');
    const answer = await call();
    if (dies === 'after') life.isOver = true;
    if (life.isOver) throw new Dead('it died after');
    return answer;
  }

  #open(): Switching {
    const life = this.#life;
    return new Switching({
      ...{ clock: this.time, logger: silentLogger, feed: this.#feed, settings: this.#settings },
      store: this.#store(life),
      desk: {
        observe: (seen) => {
          this.observed.push(...seen);
          return Promise.resolve();
        },
        observedToMs: () => undefined,
      },
      powerSwitch: this.unusable === undefined ? this.#switchOf(life) : undefined,
      unusable: this.unusable === undefined ? undefined : { id: 'pve', reason: this.unusable },
      knowledge: {
        colourOf: (day) => knowledge(this.known).colourOf(day),
        redProbability: (day) => knowledge(this.known).redProbability(day),
        onNews: () => () => undefined,
      },
      derogations: {
        covering: (range) => knowledge(this.known, this.held).covering(range),
        onChange: () => undefined,
        derogateNow: ({ member }, nowMs) => {
          if (member === undefined) return Promise.resolve(undefined);
          const added = { id: this.held.length + 1, member, startMs: nowMs, endMs: nowMs + 12 * 3_600_000 };
          this.held.push(added);
          return Promise.resolve(added);
        },
      },
      isTimeKnown: () => this.isTimeKnown,
      isKnowledgeRead: () => this.isKnowledgeRead,
      periodMsOf: () => 10_000,
      hasten: () => undefined,
    });
  }

  #switchOf(life: { isOver: boolean }): ServerSwitch {
    return {
      id: 'pve',
      positions: this.positions,
      turn: async (position) => {
        await this.#outside(life, () => this.#take(position));
      },
      position: () => Promise.resolve(this.canTell ? (this.machine.isOn ? 'on' : 'off') : undefined),
    };
  }

  #take(position: 'on' | 'off'): void {
    if (this.refusal === undefined || this.arrives)
      this.machine.tell(
        position,
        this.time.monotonic(),
        this.time.monotonic() - (this.time.wall() - this.startMs),
      );
    if (this.refusal !== undefined) throw this.refusal;
  }

  #store(life: { isOver: boolean }): SwitchingPorts['store'] {
    const service = this.#service;
    return {
      call: async (name, ...parameters) => {
        if (this.failing.has(name)) throw new GatewayError('storage_failed', `no ${name}`);
        const call = service[name].bind(service) as (...given: unknown[]) => unknown;
        return await this.#outside(life, () => call(...parameters) as never);
      },
    };
  }
}
