import { GatewayError } from '../core/errors.ts';
import type { CounterRules } from '../core/counter.ts';
import { energyMeans } from '../core/energy-flow.ts';
import type { SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import type { SeriesStore } from './series-store.ts';
import type { CounterDeclaration } from './store-calls.ts';
import { transact } from './transact.ts';

interface Known {
  rules: CounterRules | undefined;
  /** Start of the newest slot. */
  newestMs: number | undefined;
}

interface Row {
  readonly series: SeriesId;
  readonly resolution: number | null;
  readonly perHourMax: number | null;
  readonly modulus: number | null;
  readonly newestMs: number | null;
  readonly crc: number;
}

/** How a counter behaves that nobody has described: as those of homes do, and without rolling over. */
const ordinaryRules: CounterRules = { resolution: 0.01, perHourMax: 1_000 };

/** The series that energy is found in: how, by which rules, and up to where it was. */
export class EnergySeries {
  readonly #connection: Connection;
  readonly #series: SeriesStore;
  readonly #replace;
  readonly #known = new Map<SeriesId, Known>();
  readonly #means = new Map<SeriesId, 'counter' | 'power' | undefined>();

  constructor(connection: Connection, series: SeriesStore) {
    this.#connection = connection;
    this.#series = series;
    this.#replace = connection.prepare(
      `INSERT OR REPLACE INTO energy_series (series, resolution, per_hour_max, modulus, newest_ms, crc)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    const rows = connection
      .prepare<[], Row>(
        `SELECT series, resolution, per_hour_max AS perHourMax, modulus, newest_ms AS newestMs, crc
         FROM energy_series`,
      )
      .all();
    for (const row of rows) this.#known.set(row.series, knownOf(row));
  }

  /** Of series that are known to be counted. */
  get count(): number {
    return this.#known.size;
  }

  /** Undefined for series that are part of no flow. */
  meansOf(series: SeriesId): 'counter' | 'power' | undefined {
    if (!this.#means.has(series)) {
      for (const { id, quantity } of this.#series.list()) this.#means.set(id, energyMeans(quantity));
    }
    return this.#means.get(series);
  }

  rulesOf(series: SeriesId): CounterRules {
    return this.#known.get(series)?.rules ?? ordinaryRules;
  }

  newestMs(series: SeriesId): number | undefined {
    return this.#known.get(series)?.newestMs;
  }

  /** In the transaction that puts the slot. */
  see(series: SeriesId, startMs: number): void {
    const known = this.#knownOf(series);
    if (known.newestMs !== undefined && known.newestMs >= startMs) return;
    known.newestMs = startMs;
    this.#save(series, known);
  }

  /** Rules hold for what is computed from now on. Errors: `input_invalid`, `not_found`; nothing is kept then. */
  declare(declared: readonly CounterDeclaration[]): void {
    for (const { series, rules } of declared) {
      this.#series.assertKnown(series);
      checkRules(series, rules);
    }
    const news = declared.filter(({ series, rules }) => !isSame(this.#known.get(series)?.rules, rules));
    if (news.length === 0) return;
    transact(this.#connection, () => {
      for (const { series, rules } of news) {
        const known = this.#knownOf(series);
        known.rules = rules;
        this.#save(series, known);
      }
    });
  }

  #knownOf(series: SeriesId): Known {
    let known = this.#known.get(series);
    if (known === undefined) this.#known.set(series, (known = { rules: undefined, newestMs: undefined }));
    return known;
  }

  #save(series: SeriesId, { rules, newestMs }: Known): void {
    const { resolution = null, perHourMax = null, modulus = null } = rules ?? {};
    const cells: readonly Cell[] = [series, resolution, perHourMax, modulus, newestMs ?? null];
    this.#replace.run(...cells, rowCheck('energy_series', cells));
  }
}

/** Errors: `database_unreadable` when the row fails its check. */
function knownOf({ series, resolution, perHourMax, modulus, newestMs, crc }: Row): Known {
  assertRow('energy_series', [series, resolution, perHourMax, modulus, newestMs], crc);
  const rules =
    resolution === null || perHourMax === null
      ? undefined
      : { resolution, perHourMax, ...(modulus !== null && { modulus }) };
  return { rules, newestMs: newestMs ?? undefined };
}

function isSame(left: CounterRules | undefined, right: CounterRules): boolean {
  return (
    left?.resolution === right.resolution &&
    left.perHourMax === right.perHourMax &&
    left.modulus === right.modulus
  );
}

function checkRules(series: SeriesId, { resolution, perHourMax, modulus }: CounterRules): void {
  const wrong = Object.entries({ resolution, perHourMax, modulus }).find(
    ([, value]) => value !== undefined && !(Number.isFinite(value) && value > 0),
  );
  if (wrong === undefined) return;
  throw new GatewayError(
    'input_invalid',
    `the ${wrong[0]} of the counter with the series id ${series} is ${wrong[1]}, not a number above 0`,
  );
}
