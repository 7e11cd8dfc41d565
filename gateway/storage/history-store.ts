import { randomUUID } from 'node:crypto';
import { energySlotMs } from '../core/energy-slot.ts';
import { GatewayError } from '../core/errors.ts';
import { gridFloor } from '../core/interval.ts';
import { limits } from '../core/limits.ts';
import { qualityCode } from '../core/quality.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import type { EnergyBook } from './energy-book.ts';
import type { HistoryCounts, HistoryHour, HistoryOptions, HistoryReport } from './history-calls.ts';
import { minutesOf } from './minute-windows.ts';
import { ReadingColumn } from './reading-column.ts';
import type { ReadingStore } from './reading-store.ts';
import { daysOfHour, hourMs } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import type { RollupStore } from './rollup-store.ts';
import type { StoredWindow } from './rollup-table.ts';
import { addWindow, emptyTotals, type RollupTotals } from './rollup-window.ts';
import type { SeriesStore } from './series-store.ts';
import { transact } from './transact.ts';

interface HistoryParts {
  readonly connection: Connection;
  readonly series: SeriesStore;
  readonly readings: ReadingStore;
  readonly rollups: RollupState;
  readonly rollupStore: RollupStore;
  readonly energy: EnergyBook;
}

type Tally = { -readonly [Name in keyof HistoryCounts]: number };

/** One hour of a series; without an id it is new, and nothing of it is there. */
interface Hour {
  readonly startMs: number;
  readonly series: SeriesId | undefined;
  readonly column: ReadingColumn;
}

/** What is to be done with an hour, and what becomes of its readings. */
interface Plan {
  readonly counts: Partial<Tally>;
  readonly differingMs?: number | undefined;
  write?(series: SeriesId): void;
}

const good = qualityCode('good');
const differencesMax = 5;

/**
 * Takes in readings of the past. What is older than raw readings are kept goes straight into minutes, hours, days and
 * energy, an hour of a series at once: a minute that is there stands, and where minutes are not kept any more, an hour.
 * So it is there once, however often it comes, also after a cut in the middle.
 */
export class HistoryStore {
  readonly #parts: HistoryParts;
  readonly #bootId = `history-${randomUUID()}`;
  #sequence = 0;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** `also` notes new raw readings, in the transaction that stores them. Errors: `input_invalid`. */
  add(
    given: readonly HistoryHour[],
    options: HistoryOptions,
    also: (batch: ReadingBatch) => void,
  ): HistoryReport {
    checkHours(given);
    const tally: Tally = { added: 0, known: 0, differing: 0, tooOld: 0, tooNew: 0 };
    const differences: HistoryReport['differences'][number][] = [];
    transact(this.#parts.connection, () => {
      const rawFromMs = this.#rawFromMs(given, options);
      const fresh: { readonly series: SeriesId; readonly column: ReadingColumn }[] = [];
      for (const hour of given) {
        const { column, tooNew } = pastPart(hour, options.nowMs);
        const known = { startMs: hour.startMs, column, series: this.#parts.series.find(hour) };
        const plan = hour.startMs < rawFromMs ? this.#planOld(known) : this.#planRaw(known, fresh);
        tally.tooNew += tooNew;
        for (const name of ['added', 'known', 'differing', 'tooOld'] as const)
          tally[name] += plan.counts[name] ?? 0;
        const { device, quantity } = hour;
        if (plan.differingMs !== undefined && differences.length < differencesMax)
          differences.push({ device, quantity, atMs: plan.differingMs });
        if (options.isDryRun || plan.write === undefined) continue;
        plan.write(known.series ?? this.#parts.series.intern([hour])[0] ?? 0);
      }
      this.#append(fresh, also);
    });
    return { ...tally, differences };
  }

  /**
   * Where raw readings begin. Older ones are never computed from again: that is what pruning would mark, too, as soon
   * as all that is noted there has been computed.
   */
  #rawFromMs(given: readonly HistoryHour[], { rawFromMs, isDryRun }: HistoryOptions): number {
    const { rollups, energy } = this.#parts;
    const computedMs = Math.min(rollups.stale.oldestMs(['minute']), energy.store.oldestStaleMs());
    const cutMs = gridFloor(Math.min(rawFromMs, computedMs), hourMs);
    const isNews = cutMs > rollups.prunedToMs('raw') && given.some(({ startMs }) => startMs < cutMs);
    if (isNews && !isDryRun) rollups.markPruned('raw', cutMs);
    return Math.max(isNews ? cutMs : 0, rollups.minutesIntactFromMs);
  }

  #planRaw(
    { series, column, startMs }: Hour,
    fresh: { readonly series: SeriesId; readonly column: ReadingColumn }[],
  ): Plan {
    const there = new Map<number, number>();
    if (series !== undefined) {
      const stored = this.#parts.readings.raw.of(series, { startMs, endMs: startMs + hourMs });
      for (let index = 0; index < stored.length; index += 1)
        there.set(stored.timeAt(index), stored.valueAt(index));
    }
    const news = new ReadingColumn();
    let known = 0;
    let differingMs: number | undefined;
    for (let index = 0; index < column.length; index += 1) {
      const [atMs, value] = [column.timeAt(index), column.valueAt(index)];
      const stored = there.get(atMs);
      if (stored === undefined) news.push(atMs, value, good);
      else if (stored === value) known += 1;
      else differingMs ??= atMs;
    }
    const differing = column.length - news.length - known;
    return {
      counts: { added: news.length, known, differing },
      differingMs,
      ...(news.length > 0 && { write: (id) => fresh.push({ series: id, column: news }) }),
    };
  }

  #append(
    fresh: readonly { readonly series: SeriesId; readonly column: ReadingColumn }[],
    also: (batch: ReadingBatch) => void,
  ): void {
    const rows = fresh.flatMap(({ series, column }) =>
      column.atMs.map((atMs, index) => ({ series, atMs, value: column.valueAt(index) })),
    );
    rows.sort((left, right) => left.atMs - right.atMs || left.series - right.series);
    for (let from = 0; from < rows.length; from += limits.commitReadingsMax) {
      const part = rows.slice(from, from + limits.commitReadingsMax);
      const batch = {
        series: Uint32Array.from(part, ({ series }) => series),
        atMs: Float64Array.from(part, ({ atMs }) => atMs),
        value: Float64Array.from(part, ({ value }) => value),
        quality: new Uint8Array(part.length).fill(good),
      };
      this.#sequence += 1;
      this.#parts.readings.append({ bootId: this.#bootId, sequence: this.#sequence }, batch, also);
    }
  }

  #planOld({ series, column, startMs }: Hour): Plan {
    const { rollups } = this.#parts;
    if (startMs < rollups.prunedToMs('hour')) return { counts: { tooOld: column.length } };
    const minutes = minutesOf(series ?? 0, column);
    const there = series === undefined ? [] : this.#there(series, startMs);
    if (there === undefined) return this.#planWhole({ series, column, startMs }, minutes);
    const known = new Map(there.map((window) => [window.startMs, window]));
    const news = minutes.filter((minute) => !known.has(minute.startMs));
    const others = minutes.filter((minute) => {
      const stored = known.get(minute.startMs);
      return stored !== undefined && !isSame(stored, minute);
    });
    const [added, differing] = [countOf(news), countOf(others)];
    return {
      counts: { added, differing, known: column.length - added - differing },
      differingMs: others[0]?.startMs,
      ...(news.length > 0 && { write: (id) => this.#writeOld({ series: id, column, startMs }, there, news) }),
    };
  }

  /** The minutes that are there; undefined where there is an hour, and minutes are not kept any more. */
  #there(series: SeriesId, startMs: number): readonly StoredWindow[] | undefined {
    const { tables } = this.#parts.rollups;
    const minutes = tables.minute.ofSeries(series, { startMs, endMs: startMs + hourMs }, 60);
    return minutes.length === 0 && tables.hour.get(startMs, series) !== undefined ? undefined : minutes;
  }

  #planWhole({ series, column, startMs }: Hour, minutes: readonly StoredWindow[]): Plan {
    const stored = this.#parts.rollups.tables.hour.get(startMs, series ?? 0);
    const isKnown = stored !== undefined && isSame(stored, hourOf(startMs, minutes));
    return isKnown
      ? { counts: { known: column.length } }
      : { counts: { differing: column.length }, differingMs: column.timeAt(0) };
  }

  #writeOld(
    { series, column, startMs }: Hour & { readonly series: SeriesId },
    there: readonly StoredWindow[],
    news: readonly StoredWindow[],
  ): void {
    const { tables, parts } = this.#parts.rollups;
    const fresh = news.map((minute) => ({ ...minute, series }));
    const isMinuteKept = startMs >= this.#parts.rollups.prunedToMsOf('minute', series);
    if (isMinuteKept)
      tables.minute.pack(startMs, { from: series, to: series + 1 }, new Map([[series, fresh]]));
    const all = [...there, ...fresh].sort((left, right) => left.startMs - right.startMs);
    tables.hour.put({ startMs, endMs: startMs + hourMs }, series, hourOf(startMs, all));
    for (const day of daysOfHour(parts.zone, startMs)) this.#addToDay(day, series, fresh);
    for (const [slotMs, slot] of slotsOf(column)) this.#parts.energy.store.addPast(series, slot, slotMs);
  }

  /** Made of hours where they are all there; where it is made of minutes that are gone, by what is new. */
  #addToDay(
    day: { readonly startMs: number; readonly endMs: number },
    series: SeriesId,
    fresh: readonly StoredWindow[],
  ): void {
    const { rollups, rollupStore } = this.#parts;
    const own = fresh.filter(({ startMs }) => startMs >= day.startMs && startMs < day.endMs);
    if (own.length === 0 || day.startMs < rollups.prunedToMs('day')) return;
    if (rollups.isComputable('day', day.startMs)) {
      rollupStore.recompute('day', day.startMs);
      return;
    }
    const totals: RollupTotals = { ...(rollups.tables.day.get(day.startMs, series) ?? emptyTotals()) };
    const { last, lastOffsetMs } = totals;
    for (const minute of own) addWindow(totals, minute, minute.startMs - day.startMs);
    if (lastOffsetMs !== null && lastOffsetMs > (totals.lastOffsetMs ?? -1))
      Object.assign(totals, { last, lastOffsetMs });
    rollups.tables.day.put(day, series, totals);
  }
}

function hourOf(startMs: number, minutes: readonly StoredWindow[]): RollupTotals {
  const totals = emptyTotals();
  for (const minute of minutes) addWindow(totals, minute, minute.startMs - startMs);
  return totals;
}

function slotsOf(column: ReadingColumn): ReadonlyMap<number, ReadingColumn> {
  const slots = new Map<number, ReadingColumn>();
  for (let index = 0; index < column.length; index += 1) {
    const slotMs = gridFloor(column.timeAt(index), energySlotMs);
    let slot = slots.get(slotMs);
    if (slot === undefined) slots.set(slotMs, (slot = new ReadingColumn()));
    slot.push(column.timeAt(index), column.valueAt(index), good);
  }
  return slots;
}

function countOf(windows: readonly StoredWindow[]): number {
  return windows.reduce((sum, { n, bad }) => sum + n + bad, 0);
}

function isSame(stored: Readonly<RollupTotals>, given: Readonly<RollupTotals>): boolean {
  const names = ['n', 'bad', 'min', 'max', 'last', 'lastOffsetMs'] as const;
  return names.every((name) => stored[name] === given[name]);
}

function pastPart({ atMs, value }: HistoryHour, nowMs: number): { column: ReadingColumn; tooNew: number } {
  const column = new ReadingColumn();
  for (const [index, time] of atMs.entries()) {
    // SQLite has no −0.
    if (time <= nowMs) column.push(time, (value[index] ?? NaN) + 0, good);
  }
  return { column, tooNew: atMs.length - column.length };
}

function checkHours(hours: readonly HistoryHour[]): void {
  const count = hours.reduce((sum, { atMs }) => sum + atMs.length, 0);
  if (count < 1 || count > limits.historyReadingsMax)
    throw invalid(`a call has 1 to ${limits.historyReadingsMax} readings, not ${count}`);
  for (const hour of hours) checkHour(hour);
}

function checkHour({ device, quantity, startMs, atMs, value }: HistoryHour): void {
  const name = `${device} ${quantity}`;
  if (device === '' || quantity === '') throw invalid(`a series is named "${name}"`);
  if (!Number.isSafeInteger(startMs) || startMs < 0 || startMs % hourMs !== 0)
    throw invalid(`${startMs} of ${name} is not where an hour starts`);
  if (atMs.length !== value.length || atMs.length === 0)
    throw invalid(`${name} has ${atMs.length} times and ${value.length} values`);
  const isOutside = (time: number, index: number): boolean =>
    !Number.isInteger(time) || time <= (atMs[index - 1] ?? startMs - 1) || time >= startMs + hourMs;
  const wrong = atMs.findIndex(isOutside);
  if (wrong >= 0)
    throw invalid(`the time ${atMs[wrong]} of ${name} is not in its hour, or not after the one before it`);
  if (!value.every((number) => Number.isFinite(number))) throw invalid(`a value of ${name} is no number`);
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `history cannot be stored: ${why}`);
}
