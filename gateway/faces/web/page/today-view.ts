import type { ApiClient } from './api-client.ts';
import type { HistoryRow, SeriesKey } from './api-types.ts';
import { countRows, countValue, type CounterCount } from './counter-count.ts';
import { formatEnergy, formatFixed, formatInstant, noValue } from './format.ts';
import { seriesId } from './home-series.ts';
import type { HomeState } from './home-state.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { startOfDayMs } from './site-day.ts';

const hourMs = 3_600_000;

const formatGas = (m3: number): string => formatFixed(m3, 2, 'm³');
/** People know litres. */
const formatWater = (m3: number): string =>
  m3 < 1 ? formatFixed(m3 * 1000, 0, 'l') : formatFixed(m3, 2, 'm³');
const formatHeat = (gj: number): string => formatFixed(gj, 3, 'GJ');

interface Total {
  readonly label: string;
  readonly tone: string;
  readonly keys: () => readonly SeriesKey[];
  readonly format: (amount: number) => string;
}

/** What came, went and was used today: the differences of the counters since the site's midnight. */
export class TodayView {
  readonly #state: HomeState;
  readonly #client: ApiClient;
  readonly #counts = new Map<string, CounterCount>();
  readonly #rows: readonly { readonly total: Total; readonly element: Element; readonly value: Element }[];
  readonly #note = makeElement('p', { class: 'note' });
  #dayMs = 0;
  #countedKeys = '';
  #loading = new AbortController();

  constructor(element: Element, state: HomeState, client: ApiClient) {
    this.#state = state;
    this.#client = client;
    this.#rows = totalsOf(state).map((total) => {
      const value = makeElement('dd', {}, noValue);
      const row = makeElement('div', { class: 'total' }, makeElement('dt', {}, total.label), value);
      row.style.setProperty('--tone', `var(--${total.tone})`);
      return { total, element: row, value };
    });
    element.replaceChildren(makeElement('dl', {}, ...this.#rows.map((row) => row.element)), this.#note);
  }

  /** Counts on with what is live; counts anew when the day or the counters changed. */
  show(): void {
    const dayMs = startOfDayMs(this.#state.clock.nowMs(), this.#state.zone);
    const keys = JSON.stringify(this.#rows.map(({ total }) => total.keys()));
    if (dayMs !== this.#dayMs || keys !== this.#countedKeys) {
      [this.#dayMs, this.#countedKeys] = [dayMs, keys];
      this.load();
    }
    for (const [id, count] of this.#counts) {
      const live = this.#state.latest.get(id);
      const isOfToday = live !== undefined && live.atMs >= dayMs && live.quality === 'good';
      if (isOfToday && live.value !== null) this.#counts.set(id, countValue(count, live.value));
    }
    this.#write();
  }

  /** Counts from what is stored. */
  load(): void {
    this.#loading.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#counts.clear();
    for (const key of this.#rows.flatMap(({ total }) => total.keys())) {
      // Without an answer there is no number; the next return of the stream asks again.
      void this.#count(key, loading.signal).catch(() => undefined);
    }
  }

  async #count(key: SeriesKey, signal: AbortSignal): Promise<void> {
    const dayMs = this.#dayMs;
    const nowMs = this.#state.clock.nowMs();
    // In zones off the full hour, midnight lies within an hour's window: minutes lead up to the next full hour.
    const hoursFromMs = Math.min(nowMs, Math.ceil(dayMs / hourMs) * hourMs);
    const ask = async (
      fromMs: number,
      toMs: number,
      resolution: '1m' | '1h',
    ): Promise<readonly HistoryRow[]> =>
      fromMs < toMs ? (await this.#client.history({ ...key, fromMs, toMs, resolution }, signal)).rows : [];
    const minutes = await ask(dayMs - hourMs, hoursFromMs, '1m');
    const hours = await ask(hoursFromMs, nowMs, '1h');
    // An hour's window closes at its end: minutes lead from there to now.
    const lastHourMs = hours.at(-1)?.endMs ?? hoursFromMs;
    const recent = await ask(Math.max(lastHourMs, nowMs - 2 * hourMs), nowMs, '1m');
    if (signal.aborted) return;
    const count = countRows([...minutes, ...hours, ...recent], dayMs);
    if (count !== undefined) this.#counts.set(seriesId(key), count);
    this.show();
  }

  #write(): void {
    const nowMs = this.#state.clock.nowMs();
    for (const { total, element, value } of this.#rows) {
      const counts = total.keys().map((key) => this.#counts.get(seriesId(key)));
      const isWhole = counts.length > 0 && counts.every((count) => count !== undefined);
      const amount = isWhole ? counts.reduce((sum, count) => sum + count.amount, 0) : null;
      setText(value, amount === null ? noValue : total.format(amount));
      setHidden(element, total.keys().length === 0);
    }
    const countedMs = Math.max(this.#dayMs, ...[...this.#counts.values()].map((count) => count.sinceMs));
    const isLate = countedMs > this.#dayMs;
    // The first window began before there was anything to count.
    const sinceMs = Math.max(countedMs, this.#state.status?.storage?.oldestMs ?? 0);
    setText(this.#note, isLate ? `since ${formatInstant(sinceMs, nowMs, this.#state.zone)}` : '');
  }
}

function totalsOf(state: HomeState): readonly Total[] {
  return [
    { label: 'Produced', tone: 'sun', keys: () => state.series.pvEnergy, format: formatEnergy },
    { label: 'Imported', tone: 'grid', keys: () => state.series.gridImport, format: formatEnergy },
    { label: 'Exported', tone: 'export', keys: () => state.series.gridExport, format: formatEnergy },
    { label: 'Gas', tone: 'other-1', keys: () => state.series.gas, format: formatGas },
    { label: 'Water', tone: 'house', keys: () => state.series.water, format: formatWater },
    { label: 'Heat', tone: 'other-4', keys: () => state.series.heat, format: formatHeat },
  ];
}
