import { GatewayError } from '../core/errors.ts';
import type { SeriesId, SeriesKey } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck } from './row-check.ts';
import type { StoredSeries } from './store-calls.ts';
import { transact } from './transact.ts';

/** The ids of series, given for ever. All are kept in memory: there are some thousands at most. */
export class SeriesStore {
  readonly #connection: Connection;
  readonly #insert;
  readonly #ids = new Map<string, SeriesId>();
  readonly #known = new Map<SeriesId, StoredSeries>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#insert = connection.prepare('INSERT INTO series (id, device, quantity, crc) VALUES (?, ?, ?, ?)');
    const rows = connection
      .prepare<[], { id: number; device: string; quantity: string; crc: number | null }>(
        'SELECT id, device, quantity, crc FROM series ORDER BY id',
      )
      .all();
    for (const { crc, ...row } of rows) {
      assertRow('series', [row.id, row.device, row.quantity], crc);
      this.#remember(row);
    }
  }

  intern(given: readonly SeriesKey[]): readonly SeriesId[] {
    const keys = given.map(wellFormed);
    const missing = keys.filter((key) => !this.#ids.has(nameOf(key)));
    if (missing.length > 0) this.#add(missing);
    return keys.map((key) => this.#ids.get(nameOf(key)) ?? 0);
  }

  /** Undefined when there is no such series. */
  find(key: SeriesKey): SeriesId | undefined {
    return this.#ids.get(nameOf(wellFormed(key)));
  }

  list(): readonly StoredSeries[] {
    return [...this.#known.values()];
  }

  /** Empty when no series has that id. */
  deviceOf(id: SeriesId): string {
    return this.#known.get(id)?.device ?? '';
  }

  /** Empty names when no series has that id. */
  keyOf(id: SeriesId): SeriesKey {
    return this.#known.get(id) ?? { device: '', quantity: '' };
  }

  /** Errors: `not_found` when no series has that id. */
  assertKnown(id: SeriesId): void {
    if (this.#known.has(id)) return;
    throw new GatewayError('not_found', `there is no series with the id ${id}`, { facts: { series: id } });
  }

  #add(keys: readonly SeriesKey[]): void {
    const added = new Map<string, StoredSeries>();
    let nextId = Math.max(0, ...this.#known.keys());
    transact(this.#connection, () => {
      for (const key of keys) {
        if (added.has(nameOf(key))) continue;
        const { device, quantity } = key;
        nextId += 1;
        this.#insert.run(nextId, device, quantity, rowCheck('series', [nextId, device, quantity]));
        added.set(nameOf(key), { id: nextId, device, quantity });
      }
    });
    for (const series of added.values()) this.#remember(series);
  }

  #remember(series: StoredSeries): void {
    this.#ids.set(nameOf(series), series.id);
    this.#known.set(series.id, series);
  }
}

/** As SQLite gives it back: half of a pair of UTF-16 would come back as something else, and fail its check. */
function wellFormed({ device, quantity }: SeriesKey): SeriesKey {
  return { device: device.toWellFormed(), quantity: quantity.toWellFormed() };
}

function nameOf({ device, quantity }: SeriesKey): string {
  return `${device}\n${quantity}`;
}
