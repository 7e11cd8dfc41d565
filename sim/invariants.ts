import { qualityCode } from '../gateway/core/quality.ts';
import { quantityDefinition } from '../gateway/core/quantity.ts';
import { localDay } from '../gateway/core/calendar.ts';
import type { RollupRow, StoredReading, StoredSeries } from '../gateway/storage/store-calls.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';

/** Something that must never be. */
export interface Violation {
  readonly atMs: number;
  readonly rule:
    | 'stored'
    | 'rollup'
    | 'energy'
    | 'liveness'
    | 'age'
    | 'truth'
    | 'api'
    | 'pace'
    | 'silence'
    | 'cadence'
    | 'delivery'
    | 'login'
    | 'jobs';
  readonly message: string;
}

export interface CheckedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
}

const rowsMax = 100_000;
/** How far a reading may lie from when it was read, when that was found out later. */
const placedMsMax = 1_000;
const hourMs = 3_600_000;

/**
 * Over a span of whole hours: what was acknowledged is stored, once and as it was, and accounted for; every rollup
 * is what its readings say; the energy in the hours is the difference of the counter.
 */
export class StoredCheck {
  readonly #database: Database;
  readonly #report: (violation: Violation) => void;
  readonly #span: CheckedSpan;
  #checks = 0;

  constructor(database: Database, span: CheckedSpan, report: (violation: Violation) => void) {
    this.#database = database;
    this.#span = span;
    this.#report = report;
  }

  /** Takes what it checks out of the ledger; answers how many readings and windows that were. */
  async run(ledger: Ledger): Promise<number> {
    const names = new Map((await this.#database.call('listSeries')).map((stored) => [stored.id, stored]));
    for (const [id, acknowledged] of ledger.takeUntil(this.#span.toMs)) {
      const series = names.get(id) ?? { id, device: 'unknown', quantity: 'grid_power_w' };
      await this.#checkSeries(series, acknowledged);
    }
    await this.#checkAccount();
    return this.#checks;
  }

  /** Whatever was acknowledged is kept, was pruned, or is told of by a gap: exactly. */
  async #checkAccount(): Promise<void> {
    const account = await this.#database.call('account');
    const { acknowledged, staged, packed, pruned, missing } = account;
    this.#checks += 1;
    if (staged + packed + pruned + missing === acknowledged) return;
    const message = `readings are not accounted for: ${JSON.stringify(account)}`;
    this.#report({ atMs: this.#span.toMs, rule: 'stored', message });
  }

  async #checkSeries(series: StoredSeries, acknowledged: readonly LedgerEntry[]): Promise<void> {
    const { fromMs, toMs } = this.#span;
    const { rows } = await this.#database.call('rawRange', { series: series.id, fromMs, toMs, rowsMax });
    this.#checks += rows.length;
    this.#judge('stored', series, firstDifference(rows, acknowledged));
    const minutes = await this.#windows(series, '1m', this.#span);
    this.#judge('rollup', series, firstWrongWindow(minutes, rows, 60_000));
    const hours = await this.#windows(series, '1h', this.#span);
    this.#judge('rollup', series, firstWrongWindow(hours, rows, hourMs));
    if (quantityDefinition(series.quantity).kind === 'counter') {
      this.#judge('energy', series, wrongEnergy(hours, rows));
    }
    await this.#checkDay(series, rows);
  }

  /** The site's last day of the span, when the span holds it whole. */
  async #checkDay(series: StoredSeries, rows: readonly StoredReading[]): Promise<void> {
    const { fromMs, toMs, zone } = this.#span;
    const latest = localDay(zone, toMs - 1);
    const day = latest.endMs <= toMs ? latest : localDay(zone, latest.startMs - 1);
    const inDay = rows.filter((row) => row.atMs >= day.startMs && row.atMs < day.endMs);
    if (day.startMs < fromMs || inDay.length === 0) return;
    const [window] = await this.#windows(series, '1d', { fromMs: day.startMs, toMs: day.endMs });
    this.#judge('rollup', series, window === undefined ? 'a day is missing' : wrongWindow(window, inDay));
  }

  async #windows(
    series: StoredSeries,
    resolution: '1m' | '1h' | '1d',
    { fromMs, toMs }: Pick<CheckedSpan, 'fromMs' | 'toMs'>,
  ): Promise<readonly RollupRow[]> {
    const query = { series: series.id, fromMs, toMs, rowsMax };
    const { rows } = await this.#database.call('rollupRange', query, resolution);
    this.#checks += rows.length;
    return rows;
  }

  #judge(rule: Violation['rule'], series: StoredSeries, problem: string | undefined): void {
    if (problem === undefined) return;
    this.#report({ atMs: this.#span.toMs, rule, message: `${series.device} ${series.quantity}: ${problem}` });
  }
}

function firstDifference(
  rows: readonly StoredReading[],
  acknowledged: readonly LedgerEntry[],
): string | undefined {
  if (rows.length !== acknowledged.length) {
    return `${acknowledged.length} readings were acknowledged, ${rows.length} are stored`;
  }
  for (const [index, row] of rows.entries()) {
    const said = acknowledged[index];
    if (said !== undefined && isAsSaid(row, said)) continue;
    return `reading ${index} is ${row.atMs} ${row.value}, acknowledged was ${said?.atMs} ${said?.value}`;
  }
  return undefined;
}

function isAsSaid({ atMs, value, quality }: StoredReading, said: LedgerEntry): boolean {
  const offMs = Math.abs(said.atMs - atMs);
  const isThere = offMs <= (said.isPlaced ? placedMsMax : 0);
  return isThere && Object.is(said.value, value ?? NaN) && said.quality === qualityCode(quality);
}

/** The windows computed anew, slowly and from the definition. */
function firstWrongWindow(
  windows: readonly RollupRow[],
  rows: readonly StoredReading[],
  lengthMs: number,
): string | undefined {
  const byStart = Map.groupBy(rows, (row) => Math.floor(row.atMs / lengthMs) * lengthMs);
  if (byStart.size !== windows.length) return `${windows.length} windows, the readings fill ${byStart.size}`;
  for (const window of windows) {
    const wrong = wrongWindow(window, byStart.get(window.startMs) ?? []);
    if (wrong !== undefined) return `the window at ${new Date(window.startMs).toISOString()}: ${wrong}`;
  }
  return undefined;
}

function wrongWindow(window: RollupRow, rows: readonly StoredReading[]): string | undefined {
  const good = rows.filter((row) => row.quality === 'good' || row.quality === 'estimated');
  const values = good.map((row) => row.value ?? NaN);
  if (window.n !== good.length) return `n is ${window.n}, not ${good.length}`;
  if (window.bad !== rows.length - good.length)
    return `bad is ${window.bad}, not ${rows.length - good.length}`;
  if (values.length === 0) return undefined;
  const min = Math.min(...values);
  const max = Math.max(...values);
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  if (window.min !== min || window.max !== max)
    return `min and max are ${window.min} ${window.max}, not ${min} ${max}`;
  if (window.last !== values.at(-1)) return `last is ${window.last}, not ${values.at(-1)}`;
  const isMeanRight = Math.abs((window.mean ?? NaN) - mean) <= 1e-9 * Math.max(1, Math.abs(mean));
  return isMeanRight ? undefined : `mean is ${window.mean}, not ${mean}`;
}

/** From the end of the first hour to the end of the span, by the hours and by the counter itself. */
function wrongEnergy(hours: readonly RollupRow[], rows: readonly StoredReading[]): string | undefined {
  const lasts = hours.map((hour) => hour.last).filter((last) => last !== null);
  const [first] = lasts;
  const last = rows.findLast((row) => row.quality === 'good')?.value;
  if (first === undefined || last === undefined || last === null) return undefined;
  const energy = lasts.reduce((total, value, index) => total + value - (lasts[index - 1] ?? value), 0);
  const difference = last - first;
  return Math.abs(energy - difference) <= 1e-6
    ? undefined
    : `the hours hold ${energy} kWh, the counter moved by ${difference}`;
}
