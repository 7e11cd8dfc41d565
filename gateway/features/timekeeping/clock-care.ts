import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { Placing } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';
import { clockNotes, instantText, type ClockNote } from './clock-notes.ts';
import type { ClockChange } from './clock-trust.ts';
import type { Timekeeper } from './timekeeper.ts';

/** Readings whose times are not on the wall clock yet. */
export interface WaitingReadings {
  /** That ever came. */
  readonly steadyAdded: number;
  /** That are not committed yet. */
  readonly steadyWaiting: number;
}

export interface ClockCarePorts {
  readonly time: Timekeeper;
  readonly logger: Logger;
  readonly store: StorePort<
    'latestReadings' | 'getSetting' | 'putSetting' | 'placeReadings' | 'addAuditLine'
  >;
  readonly waiting: WaitingReadings;
  /** What is shown is on the wall clock from here on: steady times plus this. */
  placed(offsetMs: number): void;
}

/** What makes UTC epoch ms of the times of a timeline. */
interface KnownOffset {
  readonly timeline: string;
  readonly offsetMs: number;
}

const settingName = 'clock';
const lookPeriodMs = 5_000;
/** A difference that is worth a line on disk. */
const offsetMsMin = 500;

/** Looks at the clock, tells when it is judged otherwise, and gives the readings that wait their times. */
export class ClockCare {
  readonly #ports: ClockCarePorts;
  readonly #isAlways: boolean;
  readonly #untold: ClockChange[] = [];
  #known: KnownOffset | undefined;
  /** Readings that wait have been placed up to this one; −1: those of former runs have not. */
  #placedTo = -1;

  /** @param isAlways the configuration says that the clock is always right */
  constructor(ports: ClockCarePorts, isAlways: boolean) {
    this.#ports = ports;
    this.#isAlways = isAlways;
  }

  /** Before anything is read. Errors: those of the store. */
  async start(): Promise<void> {
    const { store, time } = this.#ports;
    const latest = await store.call('latestReadings');
    const newestMs = latest.reduce((newest, { atMs }) => Math.max(newest, atMs), -Infinity);
    this.#known = parseKnown(await store.call('getSetting', settingName));
    time.start({
      newestMs: Number.isFinite(newestMs) ? newestMs : undefined,
      offsetMs: this.#known?.timeline === time.timeline ? this.#known.offsetMs : undefined,
      isAlways: this.#isAlways,
    });
    if (time.state !== 'trusted') this.#ports.logger.warn({}, this.notes()[0]?.message ?? time.state);
  }

  watch(): TaskDefinition {
    return {
      name: 'check:clock',
      group: 'clock',
      priority: 'store',
      periodMs: lookPeriodMs,
      offsetMs: 700,
      deadlineMs: 60_000,
      run: async ({ signal }) => {
        const { time, waiting } = this.#ports;
        time.look();
        await this.#tell();
        // One that comes from here on comes after the calls below.
        const { steadyAdded, steadyWaiting } = waiting;
        if (time.state !== 'trusted') return;
        if (steadyAdded === this.#placedTo) {
          // A step may have been believed at once, with no reading that waited for it.
          await this.#remember(this.#present());
          return;
        }
        const isAll = await this.#place(signal);
        if (isAll && steadyWaiting === 0) this.#placedTo = steadyAdded;
      },
    };
  }

  /** Whether there may be readings that have not been given their times. */
  get isPlacing(): boolean {
    return this.#ports.waiting.steadyAdded !== this.#placedTo;
  }

  notes(): readonly ClockNote[] {
    return clockNotes(this.#ports.time);
  }

  async #tell(): Promise<void> {
    const { time, logger } = this.#ports;
    this.#untold.push(...time.takeChanges());
    for (let change = this.#untold[0]; change !== undefined; change = this.#untold[0]) {
      const { input, fromMs, toMs } = change;
      const detail = `${fromMs === undefined ? 'not set' : instantText(fromMs)} → ${instantText(toMs)}`;
      if (input === 'stepped')
        logger.warn({ fromMs, toMs }, `the clock was set, and is not believed: ${detail}`);
      else logger.info({ fromMs, toMs }, `the clock is ${input}: ${detail}`);
      if (input === 'believed') {
        const action = change.from === 'unset' ? 'clock.set' : 'clock.stepped';
        await this.#audit(action, detail);
      }
      this.#untold.shift();
    }
  }

  async #audit(action: string, detail: string): Promise<void> {
    const { time, store } = this.#ports;
    const line = { atMs: time.wall(), principal: 'gateway', action, outcome: 'ok', detail };
    await store.call('addAuditLine', line);
  }

  #present(): KnownOffset {
    const { timeline, offsetMs = 0 } = this.#ports.time;
    return { timeline, offsetMs: Math.round(offsetMs) };
  }

  /** False when the signal ended it. */
  async #place(signal: AbortSignal): Promise<boolean> {
    const { timeline, offsetMs } = this.#present();
    // What a run before the machine's restart knew, and had not come to use.
    const former = this.#known?.timeline === timeline ? undefined : this.#known;
    if (former !== undefined && !(await this.#placeAll(former, signal))) return false;
    await this.#remember({ timeline, offsetMs });
    if (!(await this.#placeAll({ timeline, offsetMs }, signal))) return false;
    if (!(await this.#placeAll({ exceptTimeline: timeline, beforeMs: offsetMs }, signal))) return false;
    this.#ports.placed(offsetMs);
    return true;
  }

  async #placeAll(where: Placing, signal: AbortSignal): Promise<boolean> {
    const { store, time, logger } = this.#ports;
    let readings = 0;
    for (;;) {
      const placed = await store.call('placeReadings', where, time.wall());
      readings += placed.readings;
      if (placed.remaining && !signal.aborted) continue;
      if (readings > 0) logger.info({ readings, ...where }, `${readings} readings have their times now`);
      if (readings > 0 && 'beforeMs' in where) {
        const detail = `${readings} readings, before ${instantText(where.beforeMs)}`;
        await this.#audit('clock.estimated', detail);
      }
      return !placed.remaining;
    }
  }

  async #remember(known: KnownOffset): Promise<void> {
    const before = this.#known;
    const isKnown =
      before?.timeline === known.timeline && Math.abs(before.offsetMs - known.offsetMs) < offsetMsMin;
    if (isKnown) return;
    await this.#ports.store.call('putSetting', settingName, JSON.stringify(known));
    this.#known = known;
  }
}

/** undefined when there is none, or none that this version understands. */
function parseKnown(text: string | undefined): KnownOffset | undefined {
  if (text === undefined) return undefined;
  try {
    const { timeline, offsetMs } = JSON.parse(text) as Partial<KnownOffset>;
    return typeof timeline === 'string' && Number.isSafeInteger(offsetMs) && offsetMs !== undefined
      ? { timeline, offsetMs }
      : undefined;
  } catch {
    return undefined;
  }
}
