import type { Clock } from '../../core/clock.ts';
import { commitPeriodsMs, commitPolicies, type CommitPolicy } from '../../core/commit-policy.ts';
import type { StorageMedium } from '../../core/storage-medium.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { StorePort } from '../store-port.ts';
import { bytesPerDayUnder, cardLifeYears, perDay, writeAmplification, type Card } from './card-life.ts';
import { CommitCount } from './commit-count.ts';
import { dayMs, hourMs, WriteMeter, type Written } from './write-meter.ts';

export interface WriteCostPorts {
  readonly clock: Clock;
  readonly store: StorePort<'getSetting' | 'putSetting'>;
  /** Absent where there is none, as in the simulation. */
  readonly medium?: StorageMedium;
}

/** As configured. */
export interface WriteCostSettings {
  readonly policy: CommitPolicy;
  readonly writesPerCell: number;
  /** In units of 1e9 bytes; absent: as the file system says. */
  readonly sizeGb?: number;
}

/** What storing costs. null stands for what is not known, or not yet. */
export interface WriteFacts {
  readonly written: {
    readonly over: 'hour' | 'day' | 'ever';
    /** How long it was measured: less than its name says at first. */
    readonly measuredMs: number;
    readonly perDayBytes: number;
    readonly perReadingBytes: number | null;
  }[];
  readonly card: {
    readonly sizeBytes: number | null;
    readonly writesPerCell: number;
    readonly writeAmplification: number;
    readonly lifeYears: number | null;
  };
  readonly policies: {
    readonly policy: CommitPolicy;
    readonly active: boolean;
    readonly losesAtMostMs: number;
    readonly perDayBytes: number | null;
    readonly cardLifeYears: number | null;
  }[];
}

const settingName = 'storage.written';
const samplePeriodMs = 5 * 60_000;
/** Rarely, so that measuring costs nothing: a power cut takes these hours out of the sum and nothing else. */
const savePeriodMs = 6 * hourMs;

/** Measures what storing writes, and says what that means for the card and under each policy. */
export class WriteCost {
  readonly #ports: WriteCostPorts;
  readonly #settings: WriteCostSettings;
  readonly #count = new CommitCount();
  #meter: WriteMeter | undefined;
  #savedMs: number;

  constructor(ports: WriteCostPorts, settings: WriteCostSettings) {
    this.#ports = ports;
    this.#settings = settings;
    this.#savedMs = ports.clock.monotonic();
  }

  /** The same store, its commits counted. */
  counting(store: StorePort<'appendReadings'>): StorePort<'appendReadings'> {
    return {
      call: async (name, ...parameters) => {
        const receipt = await store.call(name, ...parameters);
        this.#count.add(parameters[1]);
        return receipt;
      },
    };
  }

  /** None where nothing can be measured. */
  tasks(): readonly TaskDefinition[] {
    if (this.#ports.medium === undefined) return [];
    const run = async (): Promise<void> => {
      const { store, clock } = this.#ports;
      this.#meter ??= new WriteMeter(asWritten(await store.call('getSetting', settingName)));
      this.#sample(this.#meter);
      if (clock.monotonic() - this.#savedMs >= savePeriodMs) await this.save();
    };
    const timing = { periodMs: samplePeriodMs, offsetMs: 45_000, deadlineMs: 30_000 };
    return [{ name: 'measure:writes', group: 'storage-care', priority: 'housekeeping', ...timing, run }];
  }

  /** Keeps the sum for the next run. Errors: those of the store. */
  async save(): Promise<void> {
    if (this.#meter === undefined) return;
    this.#sample(this.#meter);
    this.#savedMs = this.#ports.clock.monotonic();
    await this.#ports.store.call('putSetting', settingName, JSON.stringify(this.#meter.sum()));
  }

  facts(): WriteFacts {
    const { policy: active, writesPerCell, sizeGb } = this.#settings;
    const capacityBytes = sizeGb === undefined ? this.#ports.medium?.capacityBytes() : sizeGb * 1e9;
    const card: Card = { capacityBytes, writesPerCell };
    const day = this.#meter?.over(dayMs);
    return {
      written: [
        ...writtenOver('hour', this.#meter?.over(hourMs)),
        ...writtenOver('day', day),
        ...writtenOver('ever', this.#meter?.ever()),
      ],
      card: {
        sizeBytes: capacityBytes ?? null,
        writesPerCell,
        writeAmplification,
        lifeYears: orNull(cardLifeYears(card, day && perDay(day.bytes, day.spanMs))),
      },
      policies: commitPolicies.map((policy) => {
        const perDayBytes = day && Math.round(bytesPerDayUnder(policy, day));
        return {
          policy,
          active: policy === active,
          losesAtMostMs: commitPeriodsMs[policy],
          perDayBytes: perDayBytes ?? null,
          cardLifeYears: orNull(cardLifeYears(card, perDayBytes)),
        };
      }),
    };
  }

  #sample(meter: WriteMeter): void {
    const writtenBytes = this.#ports.medium?.writtenBytes();
    if (writtenBytes === undefined) return;
    meter.take({ atMs: this.#ports.clock.monotonic(), writtenBytes, ...this.#count.totals });
  }
}

function writtenOver(
  over: WriteFacts['written'][number]['over'],
  written: Written | undefined,
): WriteFacts['written'] {
  if (written === undefined) return [];
  const { spanMs, bytes, readings } = written;
  const perReadingBytes = readings === 0 ? null : Math.round((10 * bytes) / readings) / 10;
  return [{ over, measuredMs: spanMs, perDayBytes: Math.round(perDay(bytes, spanMs)), perReadingBytes }];
}

/** Two digits are all that such an estimate bears. */
function orNull(years: number | undefined): number | null {
  return years === undefined ? null : Number(years.toPrecision(2));
}

/** What was kept, or undefined when it is none: then measuring begins anew. */
function asWritten(text: string | undefined): Written | undefined {
  if (text === undefined) return undefined;
  try {
    const { spanMs, bytes, readings } = JSON.parse(text) as Record<string, unknown>;
    return isAmount(spanMs) && isAmount(bytes) && isAmount(readings)
      ? { spanMs, bytes, readings }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
