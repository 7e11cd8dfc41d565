import { localDay } from '../../core/calendar.ts';
import type { EnergyFlowName } from '../../core/energy-flow.ts';
import { energySlotMs } from '../../core/energy-slot.ts';
import { gridFloor, type Interval } from '../../core/interval.ts';
import { localHour } from '../../core/local-hour.ts';
import type { SeriesId } from '../../core/reading.ts';
import type { EnergyColumns } from '../../storage/store-calls.ts';
import type { EnergyMeter } from './energy-meters.ts';

export const energyResolutions = ['15m', '1h', '1d'] as const;

export type EnergyResolution = (typeof energyResolutions)[number];

/** What the energy of a window was found from; `mixed` when not all its slots from the same. */
export const energySources = ['counter', 'power', 'mixed'] as const;

export interface EnergyWindow extends Interval {
  readonly device: string;
  readonly flow: EnergyFlowName;
  mwh: number;
  estimatedMwh: number;
  coveredMs: number;
  source: (typeof energySources)[number];
  restarts: number;
}

/** The window that holds the instant: hours and days are those of the zone. */
export function energyWindow(resolution: EnergyResolution, zone: string, atMs: number): Interval {
  if (resolution === '1d') return localDay(zone, atMs);
  if (resolution === '1h') return localHour(zone, atMs);
  const startMs = gridFloor(atMs, energySlotMs);
  return { startMs, endMs: startMs + energySlotMs };
}

interface Told {
  readonly mwh: number;
  readonly estimatedMwh: number;
  readonly coveredMs: number;
  readonly restarts: number;
}

/**
 * Makes windows of slots. A slot of a flow is told by the device's counter, where that covers any of it, and by its
 * power otherwise: never by both.
 */
export class EnergyWindows {
  readonly #meters: readonly EnergyMeter[];
  readonly #windowOf: (atMs: number) => Interval;
  #current: Interval | undefined;
  #open = new Map<EnergyMeter, EnergyWindow>();
  readonly #closed: (readonly EnergyWindow[])[] = [];

  constructor(meters: readonly EnergyMeter[], windowOf: (atMs: number) => Interval) {
    this.#meters = meters;
    this.#windowOf = windowOf;
  }

  /** Adds slots, all later than those that are in. */
  add(columns: EnergyColumns): void {
    const { startMs } = columns;
    let places = new Map<SeriesId, number>();
    for (let index = 0; index < startMs.length; index += 1) {
      places.set(columns.series[index] ?? 0, index);
      if (startMs[index + 1] === startMs[index]) continue;
      this.#addSlot(startMs[index] ?? NaN, columns, places);
      places = new Map<SeriesId, number>();
    }
  }

  /** No slot before it comes any more: the windows that ended by then, those of one start together. */
  take(untilMs: number): readonly (readonly EnergyWindow[])[] {
    if (this.#current !== undefined && this.#current.endMs <= untilMs) this.#close();
    return this.#closed.splice(0);
  }

  #addSlot(atMs: number, columns: EnergyColumns, places: ReadonlyMap<SeriesId, number>): void {
    if (this.#current === undefined || atMs >= this.#current.endMs) {
      this.#close();
      this.#current = this.#windowOf(atMs);
    }
    for (const meter of this.#meters) {
      const counted = told(columns, places.get(meter.counter ?? -1), 'positive');
      const slot = counted ?? told(columns, places.get(meter.power ?? -1), meter.sign);
      if (slot !== undefined)
        this.#addTo(meter, this.#current, slot, counted === undefined ? 'power' : 'counter');
    }
  }

  #addTo(meter: EnergyMeter, window: Interval, slot: Told, source: 'counter' | 'power'): void {
    const { device, flow } = meter;
    const known = this.#open.get(meter);
    if (known === undefined) {
      this.#open.set(meter, { device, flow, ...window, ...slot, source });
      return;
    }
    known.mwh += slot.mwh;
    known.estimatedMwh += slot.estimatedMwh;
    known.coveredMs += slot.coveredMs;
    known.restarts += slot.restarts;
    if (known.source !== source) known.source = 'mixed';
  }

  #close(): void {
    const windows = this.#meters
      .map((meter) => this.#open.get(meter))
      .filter((window) => window !== undefined);
    if (windows.length > 0) this.#closed.push(windows);
    this.#open = new Map<EnergyMeter, EnergyWindow>();
    this.#current = undefined;
  }
}

/** What a series tells of a slot in one direction; undefined when that is nothing. */
function told(
  columns: EnergyColumns,
  index: number | undefined,
  sign: 'positive' | 'negative',
): Told | undefined {
  if (index === undefined) return undefined;
  const of = (numbers: ArrayLike<number>): number => numbers[index] ?? 0;
  const slot = {
    mwh: of(sign === 'positive' ? columns.mwh : columns.negativeMwh),
    estimatedMwh: of(columns.estimatedMwh),
    coveredMs: of(columns.coveredMs),
    restarts: of(columns.restarts),
  };
  return slot.coveredMs > 0 || slot.mwh > 0 || slot.restarts > 0 ? slot : undefined;
}
