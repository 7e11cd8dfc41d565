import type { Connection } from '../connection.ts';
import type { FoundRecord } from './page-cells.ts';
import type { StoredValue } from './record.ts';
import { judgeRow, type Row, type RowVerdict } from './row-verdict.ts';
import { asRow, type TableShape } from './table-shape.ts';
import type { Tree, TreeVisitor } from './tree-walk.ts';

/** Where rows of a table are missing: after the key `from` and before the key `to`, by their first column. */
export interface Hole {
  readonly table: string;
  readonly from: StoredValue;
  readonly to: StoredValue;
}

export interface CollectedRows {
  /** Rows that were taken over. */
  readonly kept: number;
  /** Those of them that passed a check. */
  readonly sound: number;
  /** Rows that were there and are not what was written. */
  readonly dropped: number;
  readonly holes: readonly Hole[];
  /** Rows of the index over the names of series: their names and their id. */
  readonly indexedSeries: readonly Row[];
}

interface TableTarget {
  readonly shape: TableShape;
  readonly insert: (row: Row) => boolean;
  lastKey: StoredValue;
  /** The key after which something is missing, while the next row is waited for. */
  openHole: { readonly from: StoredValue } | undefined;
}

const seriesIndex = 'sqlite_autoindex_series_1';
/** What was deleted for being secret or no longer true, or has been done since, must not come back from a page that nothing leads to. */
const neverStray: ReadonlySet<string> = new Set([
  'token',
  'client_key',
  'cloud_command',
  'telemetry_event',
  'stale_window',
  'energy_stale',
  'job',
  'job_origin',
  'job_decision',
  'job_run',
  'job_output',
  'boiler_phase',
  'alert_state',
  'alert',
  'alert_delivery',
  'tempo_day',
  'tempo_price',
  'metered_interval',
  'meter_mark',
  'server_order',
  'member',
  'member_presence',
  'derogation',
  'statement',
]);

/** Puts the rows of a damaged file into a new database: those whose check holds, and of those without one what fits. */
export class RowCollector implements TreeVisitor {
  readonly #targets: ReadonlyMap<string, TableTarget>;
  readonly #isUncheckedFile: boolean;
  readonly #holes: Hole[] = [];
  readonly #indexedSeries: Row[] = [];
  #kept = 0;
  #sound = 0;
  #dropped = 0;

  /** @param isUncheckedFile the damaged file is from before rows had a check */
  constructor(connection: Connection, shapes: readonly TableShape[], isUncheckedFile: boolean) {
    this.#isUncheckedFile = isUncheckedFile;
    this.#targets = new Map(
      shapes.map((shape) => [
        shape.name,
        { shape, insert: inserter(connection, shape), lastKey: null, openHole: undefined },
      ]),
    );
  }

  record(tree: Tree | undefined, record: FoundRecord): void {
    if (tree === undefined) {
      this.#stray(record);
      return;
    }
    if (tree.name === seriesIndex) this.#indexedSeries.push(record.values);
    const target = this.#targets.get(tree.name);
    if (target === undefined) return;
    const row = asRow(target.shape, record);
    const verdict = row === undefined ? 'damaged' : this.#judge(target.shape, row);
    if (row === undefined || verdict === 'damaged') {
      // A wrong pointer may have led to a page of another table.
      if (!this.#takeSound(record)) this.#dropped += 1;
      this.hole(tree);
      return;
    }
    this.#keep(target, row, verdict);
    const key = row[0] ?? null;
    this.#closeHole(target, key);
    target.lastKey = key;
  }

  hole(tree: Tree | undefined): void {
    const target = tree === undefined ? undefined : this.#targets.get(tree.name);
    if (target !== undefined) target.openHole ??= { from: target.lastKey };
  }

  /** To be called when all trees were walked. */
  collected(): CollectedRows {
    for (const target of this.#targets.values()) this.#closeHole(target, null);
    return {
      kept: this.#kept,
      sound: this.#sound,
      dropped: this.#dropped,
      holes: this.#holes,
      indexedSeries: this.#indexedSeries,
    };
  }

  #judge(shape: TableShape, row: Row): RowVerdict {
    return judgeRow(shape, row, this.#isUncheckedFile);
  }

  #closeHole(target: TableTarget, to: StoredValue): void {
    if (target.openHole === undefined) return;
    this.#holes.push({ table: target.shape.name, from: target.openHole.from, to });
    target.openHole = undefined;
  }

  #keep({ insert }: TableTarget, row: Row, verdict: RowVerdict): void {
    if (!insert(row)) return;
    this.#kept += 1;
    if (verdict === 'sound') this.#sound += 1;
  }

  /** A row that no tree leads to: of the table whose check it passes, or of the only one that it fits. */
  #stray(record: FoundRecord): void {
    if (this.#takeSound(record)) return;
    const fitting = [...this.#candidates(record)].filter(
      ({ target, row }) => this.#judge(target.shape, row) === 'plausible',
    );
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) this.#keep(only.target, only.row, 'plausible');
  }

  #takeSound(record: FoundRecord): boolean {
    for (const { target, row } of this.#candidates(record)) {
      if (this.#judge(target.shape, row) !== 'sound') continue;
      this.#keep(target, row, 'sound');
      return true;
    }
    return false;
  }

  *#candidates(record: FoundRecord): Generator<{ target: TableTarget; row: Row }> {
    for (const target of this.#targets.values()) {
      const row = neverStray.has(target.shape.name) ? undefined : asRow(target.shape, record);
      if (row !== undefined) yield { target, row };
    }
  }
}

/** Of rows with one key the first counts: trees come before pages that nothing leads to. */
function inserter(connection: Connection, { name, columns }: TableShape): (row: Row) => boolean {
  const names = columns.map((column) => column.name).join(', ');
  const places = columns.map(() => '?').join(', ');
  const statement = connection.prepare(`INSERT OR IGNORE INTO ${name} (${names}) VALUES (${places})`);
  const isAny = columns.map(({ type }) => type === 'ANY');
  return (row) =>
    statement.run(row.map((value, index) => (isAny[index] === true ? asStored(value) : value))).changes > 0;
}

/** better-sqlite3 binds a number as a real one, which a column of any type would keep so. */
function asStored(value: StoredValue): StoredValue {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
