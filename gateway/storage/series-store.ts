import { GatewayError } from '../core/errors.ts';
import type { SeriesId, SeriesKey } from '../core/reading.ts';
import type { QuantityName } from '../core/quantity.ts';
import type { Connection } from './connection.ts';
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
    this.#insert = connection.prepare('INSERT INTO series (device, quantity) VALUES (?, ?)');
    const rows = connection
      .prepare<[], { id: number; device: string; quantity: QuantityName }>(
        'SELECT id, device, quantity FROM series ORDER BY id',
      )
      .all();
    for (const row of rows) this.#remember(row);
  }

  intern(keys: readonly SeriesKey[]): readonly SeriesId[] {
    const missing = keys.filter((key) => !this.#ids.has(nameOf(key)));
    if (missing.length > 0) this.#add(missing);
    return keys.map((key) => this.#ids.get(nameOf(key)) ?? 0);
  }

  list(): readonly StoredSeries[] {
    return [...this.#known.values()];
  }

  /** Errors: `not_found` when no series has that id. */
  assertKnown(id: SeriesId): void {
    if (this.#known.has(id)) return;
    throw new GatewayError('not_found', `there is no series with the id ${id}`, { facts: { series: id } });
  }

  #add(keys: readonly SeriesKey[]): void {
    const added = new Map<string, StoredSeries>();
    transact(this.#connection, () => {
      for (const key of keys) {
        if (added.has(nameOf(key))) continue;
        const id = Number(this.#insert.run(key.device, key.quantity).lastInsertRowid);
        added.set(nameOf(key), { id, device: key.device, quantity: key.quantity });
      }
    });
    for (const series of added.values()) this.#remember(series);
  }

  #remember(series: StoredSeries): void {
    this.#ids.set(nameOf(series), series.id);
    this.#known.set(series.id, series);
  }
}

function nameOf({ device, quantity }: SeriesKey): string {
  return `${device}\n${quantity}`;
}
