import type { CounterRules } from '../../core/counter.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { StampingClock, TimeStamp } from '../../core/machine-clock.ts';
import { hasValue, type Quality } from '../../core/quality.ts';
import type { SeriesId } from '../../core/reading.ts';
import type { StorePort } from '../store-port.ts';
import { CounterWatch, type CounterRestart } from './counter-watch.ts';
import type { LatestReadings } from './latest-readings.ts';
import type { ReadingBuffer } from './reading-buffer.ts';

/** A value of one device or source, on its way into memory and the database. */
export interface IntakeValue {
  readonly quantity: string;
  /** NaN when the quality says that there is none. */
  readonly value: number;
  readonly quality: Quality;
  /** UTC epoch ms of the measurement, where that is known to be older than the answer. */
  readonly atMs?: number;
  /** How long before the stamp it was measured, where nothing else tells. */
  readonly ageMs?: number;
}

export interface IntakePorts {
  readonly clock: StampingClock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<'internSeries' | 'addAuditLine'>;
  readonly buffer: ReadingBuffer;
  readonly latest: LatestReadings;
}

/** How one counter of a device behaves; undefined where that is not known. */
export type CounterRulesOf = (quantity: string) => CounterRules | undefined;

/**
 * Takes what one device or source has said: numbers its series, follows its counters, and puts the values where they
 * are shown and where they wait for their commit.
 */
export class ReadingIntake {
  readonly #device: string;
  readonly #ports: IntakePorts;
  readonly #series: SeriesIds;
  readonly #counters: CounterWatch;
  /** Of values that come with times of their own: the newest. */
  readonly #measured = new Map<string, IntakeValue>();

  constructor(device: string, ports: IntakePorts, rulesOf: CounterRulesOf) {
    this.#device = device;
    this.#ports = ports;
    this.#series = new SeriesIds(device, ports.store);
    this.#counters = counterWatch(device, rulesOf, ports);
  }

  /** Errors: those of the store when something new has no number yet; what has one is kept all the same. */
  async take(values: readonly IntakeValue[], stamp: TimeStamp): Promise<void> {
    const { clock } = this.#ports;
    const shownMs = stamp.basis === 'wall' ? stamp.atMs : clock.wall();
    const timed = values.filter(({ atMs }) => atMs !== undefined).map(({ quantity }) => quantity);
    this.#ports.latest.told(this.#device, timed, shownMs);
    const fresh = values.filter((value) => this.#isNew(value));
    try {
      await this.#series.intern(fresh);
    } finally {
      this.#keep(this.#counters.check(fresh, shownMs), stamp, shownMs);
    }
  }

  /** A measurement that is there already says nothing new. */
  #isNew(told: IntakeValue): boolean {
    if (told.atMs === undefined) return true;
    const known = this.#measured.get(told.quantity);
    const { atMs, value, quality } = told;
    if (known?.atMs === atMs && Object.is(known.value, value) && known.quality === quality) return false;
    this.#measured.set(told.quantity, told);
    return true;
  }

  #keep(values: readonly IntakeValue[], stamp: TimeStamp, shownMs: number): void {
    const { buffer, latest } = this.#ports;
    const known = values.filter(({ quantity }) => this.#series.has(quantity));
    if (known.length === 0) return;
    for (const { quantity, value, quality, atMs, ageMs = 0 } of known) {
      const series = this.#series.idOf(quantity);
      // A time that the source tells is on the wall clock, whatever ours says.
      const [at, basis] =
        atMs === undefined ? [stamp.atMs - Math.round(ageMs), stamp.basis] : ([atMs, 'wall'] as const);
      buffer.add({ series, atMs: at, value, quality }, basis);
    }
    latest.put(
      this.#device,
      known.map(({ quantity, value, quality, atMs, ageMs = 0 }) => ({
        device: this.#device,
        quantity,
        atMs: atMs ?? shownMs - Math.round(ageMs),
        value: Number.isNaN(value) ? null : value,
        quality,
        stored: false,
      })),
      buffer.added,
      stamp.basis === 'steady' ? stamp.atMs : undefined,
    );
  }
}

function counterWatch(
  id: string,
  rulesOf: CounterRulesOf,
  { latest, store, logger, clock }: IntakePorts,
): CounterWatch {
  const note = async (detail: string): Promise<void> => {
    const line = {
      atMs: clock.wall(),
      principal: `device:${id}`,
      action: 'counter.restarted',
      outcome: 'ok',
    };
    try {
      await store.call('addAuditLine', { ...line, detail });
    } catch (error) {
      logger.warn(
        { device: id, error },
        `that a counter began anew could not be noted: ${describeError(error)}`,
      );
    }
  };
  return new CounterWatch({
    rulesOf,
    // While the time is not known, neither is how much a counter may have grown meanwhile.
    lastOf: (quantity) => (clock.stamp().basis === 'wall' ? latest.lastGood(id, quantity) : undefined),
    onRestart: ({ quantity, from, to }: CounterRestart) => {
      logger.warn({ device: id, quantity, from, to }, `${quantity} of ${id} began anew: ${from} → ${to}`);
      void note(`${quantity} ${from} → ${to}`);
    },
  });
}

/**
 * The numbers of a device's series; asked of the database once each. A quantity has a series from its first
 * value on: what a device has never had, such as the battery of an inverter without one, is not missing.
 */
class SeriesIds {
  readonly #device: string;
  readonly #store: StorePort<'internSeries'>;
  readonly #ids = new Map<string, SeriesId>();

  constructor(device: string, store: StorePort<'internSeries'>) {
    this.#device = device;
    this.#store = store;
  }

  async intern(values: readonly IntakeValue[]): Promise<void> {
    const unknown = values.filter(({ quantity, quality }) => hasValue(quality) && !this.#ids.has(quantity));
    if (unknown.length === 0) return;
    const keys = unknown.map(({ quantity }) => ({ device: this.#device, quantity }));
    const ids = await this.#store.call('internSeries', keys);
    unknown.forEach(({ quantity }, index) => {
      const id = ids[index];
      if (id === undefined)
        throw new GatewayError('storage_failed', `the database gave no number to ${quantity}`);
      this.#ids.set(quantity, id);
    });
  }

  has(quantity: string): boolean {
    return this.#ids.has(quantity);
  }

  idOf(quantity: string): SeriesId {
    const id = this.#ids.get(quantity);
    if (id === undefined)
      throw new GatewayError('storage_failed', `${this.#device} ${quantity} has no number`);
    return id;
  }
}
