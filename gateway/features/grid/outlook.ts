import type { Clock } from '../../core/clock.ts';
import type { Interval } from '../../core/interval.ts';
import {
  type PowerSignal,
  type PowerSignals,
  type SignalReader,
  type SignalSlot,
} from '../../core/power-signal.ts';
import { cutTo, fillGaps } from './fill-gaps.ts';
import { forecastSignal } from './forecast-signal.ts';
import type { GridHours } from './grid-hours.ts';
import type { GridSource } from './grid-source.ts';
import { knownSlots } from './known-slots.ts';
import type { OwnExport } from './own-export.ts';
import { redSlots } from './red-slots.ts';
import type { Tariff } from './tariffs/tariff.ts';
import type { ColourBook } from './tempo/colour-book.ts';
import { carbonOf, surplusOf } from './zone-values.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What a forecast learns from. */
const learnedMs = 84 * dayMs;
/** What a provider forecast longer ago says less than our own. */
const forecastAgeMsMax = 6 * hourMs;

export interface OutlookPorts {
  readonly clock: Clock;
  /** IANA, of the site. */
  readonly siteZone: string;
  /** Of the grid; undefined where none is configured. */
  readonly gridZone: string | undefined;
  readonly hours: GridHours;
  readonly source: () => GridSource | undefined;
  readonly tariff: Tariff | undefined;
  /** Why there is no tariff, where one is configured and cannot be used. */
  readonly tariffProblem: string | undefined;
  /** undefined: nothing goes by them. */
  readonly colours: Pick<ColourBook, 'coloursOf'> | undefined;
  readonly ownExport: OwnExport | undefined;
}

type Kept = ReadonlyMap<'carbon' | 'surplus', readonly SignalSlot[]>;

/** All that deferrable work may follow, as it was, is and is expected. */
export class Outlook implements SignalReader {
  readonly #ports: OutlookPorts;
  #news = 0;
  #forecasts: { readonly key: string; readonly endMs: number; readonly slots: Kept } | undefined;

  constructor(ports: OutlookPorts) {
    this.#ports = ports;
  }

  get revision(): number {
    return this.#news + this.#ports.hours.revision;
  }

  /** Something other than an hour of the grid is new: a colour, a price, a forecast, or that a source is silent. */
  news(): void {
    this.#news += 1;
  }

  async read(range: Interval): Promise<PowerSignals> {
    const { clock, ownExport } = this.#ports;
    const nowMs = clock.wall();
    const { carbon, surplus } = await this.#ofZone(range, nowMs);
    return {
      carbon,
      surplus,
      price: this.#price(range, nowMs),
      red: this.#red(range, nowMs),
      own_export: {
        kind: 'own_export',
        slots: cutTo(ownExport?.slots(nowMs) ?? [], range),
        unknown:
          ownExport === undefined
            ? 'no meter at the grid’s connection is configured: set home.gridMeter'
            : ownExport.at(nowMs).unknown,
      },
    };
  }

  async #ofZone(range: Interval, nowMs: number): Promise<Record<'carbon' | 'surplus', PowerSignal>> {
    const { hours, gridZone } = this.#ports;
    const startMs = Math.min(range.startMs, nowMs - learnedMs);
    const found =
      gridZone === undefined ? [] : await hours.between(gridZone, { startMs, endMs: nowMs + dayMs });
    const known = { source: this.#ports.source(), nowMs };
    const measured = {
      carbon: knownSlots(found, carbonOf, known),
      surplus: knownSlots(found, surplusOf, known),
    };
    const forecasts = this.#forecast(measured, { startMs: nowMs, endMs: range.endMs });
    const signalOf = (kind: 'carbon' | 'surplus'): PowerSignal => ({
      kind,
      slots: cutTo(fillGaps(measured[kind].slots, forecasts.get(kind) ?? []), range),
      unknown: measured[kind].unknown,
    });
    return { carbon: signalOf('carbon'), surplus: signalOf('surplus') };
  }

  /** Of what comes after what is known: the provider's where it has one, and our own. */
  #forecast(
    measured: Readonly<Record<'carbon' | 'surplus', { readonly slots: readonly SignalSlot[] }>>,
    coming: Interval,
  ): Kept {
    if (coming.endMs <= coming.startMs) return new Map();
    const { siteZone, hours } = this.#ports;
    const provided = this.#provided(coming.startMs);
    const startOf = (slots: readonly SignalSlot[]): number =>
      Math.max(slots.at(-1)?.endMs ?? -Infinity, coming.startMs - dayMs);
    const starts = [startOf(measured.carbon.slots), startOf(measured.surplus.slots)];
    const hour = Math.floor(coming.startMs / hourMs);
    const key = [hours.revision, hour, ...starts, provided[0]?.startMs, provided.length].join();
    const before = this.#forecasts;
    if (before?.key === key && before.endMs >= coming.endMs) return before.slots;
    const own = (slots: readonly SignalSlot[]): readonly SignalSlot[] =>
      forecastSignal(slots, { startMs: startOf(slots), endMs: coming.endMs }, siteZone);
    const slots: Kept = new Map([
      ['carbon', fillGaps(provided, own(measured.carbon.slots)).map(notNegative)],
      ['surplus', own(measured.surplus.slots)],
    ]);
    this.#forecasts = { key, endMs: coming.endMs, slots };
    return slots;
  }

  #provided(nowMs: number): readonly SignalSlot[] {
    const source = this.#ports.source();
    const forecast = source?.forecast;
    const madeMs = forecast?.updatedMs ?? source?.readAtMs ?? -Infinity;
    if (forecast === undefined || nowMs - madeMs > forecastAgeMsMax) return [];
    return forecast.points.map(({ atMs, carbonGramsPerKwh }, index) => ({
      startMs: atMs,
      endMs: Math.min(atMs + hourMs, forecast.points[index + 1]?.atMs ?? Infinity),
      value: carbonGramsPerKwh,
      basis: 'forecast',
    }));
  }

  #price(range: Interval, nowMs: number): PowerSignal {
    const { tariff, tariffProblem } = this.#ports;
    if (tariff === undefined)
      return {
        kind: 'price',
        slots: [],
        unknown: tariffProblem ?? 'no tariff is configured: set tariff.kind',
      };
    const slots = tariff.prices(range).map(({ startMs, endMs, microEurosPerKwh }): SignalSlot => ({
      startMs,
      endMs,
      value: microEurosPerKwh,
      basis: 'known',
    }));
    const isKnown = tariff.prices({ startMs: nowMs, endMs: nowMs + 1 }).length > 0;
    return { kind: 'price', slots, unknown: isKnown ? undefined : tariff.whyUnknown };
  }

  #red(range: Interval, nowMs: number): PowerSignal {
    const { tariff, colours } = this.#ports;
    if (colours !== undefined) {
      const coloursOf = colours.coloursOf.bind(colours);
      const slots = redSlots(range, coloursOf);
      const isKnown = redSlots({ startMs: nowMs, endMs: nowMs + 1 }, coloursOf).length > 0;
      return { kind: 'red', slots, unknown: isKnown ? undefined : 'the colour of the day is not known' };
    }
    if (tariff === undefined) {
      const unknown = 'neither a tariff nor a source of its colours (tempo) is configured';
      return { kind: 'red', slots: [], unknown };
    }
    return { kind: 'red', slots: [{ ...range, value: 0, basis: 'known' }], unknown: undefined };
  }
}

function notNegative(slot: SignalSlot): SignalSlot {
  return slot.value < 0 ? { ...slot, value: 0 } : slot;
}
