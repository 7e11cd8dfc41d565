import { describeError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import type { SaidText } from '../../core/said-text.ts';
import { tlsFields } from '../tls-options.ts';
import { openPostgres, type PostgresConnection } from './postgres-connection.ts';
import { isRowFault, postgresFailure } from './postgres-failure.ts';
import {
  createReadings,
  createTexts,
  insertReadings,
  insertTexts,
  quoted,
  tableName,
  type PostgresTables,
  type Statement,
} from './postgres-statements.ts';
import type { RefusedRow, SinkBatch, SinkDefinition, SinkPorts, SinkRow } from './sink.ts';
import { writeByHalves, type PartOutcome } from './write-by-halves.ts';

const options = {
  host: { type: 'text', description: 'Name or address of the server.', min: 1, max: 253 },
  port: { type: 'integer', description: 'Its port.', default: 5_432, min: 1, max: 65_535 },
  ...tlsFields,
  database: { type: 'text', description: 'The database; it must be there.', default: 'egw', min: 1, max: 63 },
  user: { type: 'text', description: 'The user that writes.', default: 'egw', min: 1, max: 63 },
  password: { type: 'text', description: 'The user’s password.', isOptional: true, isSecret: true, max: 500 },
  schema: {
    type: 'text',
    description: 'The schema of the tables; it must be there.',
    default: 'public',
    min: 1,
    max: 63,
  },
  table: {
    type: 'text',
    description: 'The table of readings; it is made where it is missing.',
    default: 'reading',
    min: 1,
    max: 63,
  },
  textTable: {
    type: 'text',
    description: 'The table of words; it is made where it is missing.',
    default: 'text_value',
    min: 1,
    max: 63,
  },
} as const satisfies OptionFields;

/** A row a reading, by (device, quantity, at): what comes twice is there once. A batch is one transaction. */
export const postgres: SinkDefinition = {
  id: 'postgres',
  title: 'PostgreSQL, with TimescaleDB where it is there',
  source: 'PostgreSQL manual: INSERT … ON CONFLICT, appendix A; TimescaleDB manual: create_hypertable',
  options,
  rowsMax: 1_000,
  timeoutMs: 30_000,
  open: async (values, ports, signal) => {
    const writer = new PostgresWriter(values, ports);
    await writer.open(signal);
    return writer;
  },
};

/** Two that make the same table at once get in each other's way, `if not exists` or not. The number is ours. */
const makeOneAtATime: Statement = { text: 'select pg_advisory_xact_lock(6645591)', values: [] };

class PostgresWriter {
  readonly #values: OptionValues;
  readonly #ports: SinkPorts;
  readonly #tables: PostgresTables;
  #connection: PostgresConnection | undefined;

  constructor(values: OptionValues, ports: SinkPorts) {
    this.#values = values;
    this.#ports = ports;
    this.#tables = {
      schema: String(values['schema'] ?? 'public'),
      reading: String(values['table'] ?? 'reading'),
      text: String(values['textTable'] ?? 'text_value'),
    };
  }

  async open(signal: AbortSignal): Promise<void> {
    const connection = await openPostgres(this.#values, this.#ports.network, signal);
    try {
      const { schema, reading, text } = this.#tables;
      await this.#make(connection, tableName(schema, reading), createReadings(this.#tables), signal);
      await this.#make(connection, tableName(schema, text), createTexts(this.#tables), signal);
    } catch (error) {
      await connection.close();
      throw postgresFailure(error, connection.where);
    }
    this.#connection = connection;
  }

  async write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    if (this.#connection?.isOpen !== true) await this.open(signal);
    const connection = this.#connection;
    if (connection === undefined) return [];
    try {
      return await this.#writeTo(connection, batch, signal);
    } catch (error) {
      // A table that was dropped, or a server that went: everything is looked at anew next time.
      this.#connection = undefined;
      await connection.close();
      throw postgresFailure(error, connection.where);
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
    this.#connection = undefined;
  }

  async #writeTo(
    connection: PostgresConnection,
    batch: SinkBatch,
    signal: AbortSignal,
  ): Promise<readonly RefusedRow[]> {
    const { placed, refused } = storableRows(batch.rows);
    const texts = storableTexts(batch.texts);
    const insertRows = (some: readonly PlacedRow[]): readonly Statement[] =>
      some.length === 0 ? [] : [insertReadings(this.#tables, some)];
    const insertWords = (some: readonly SaidText[]): readonly Statement[] =>
      some.length === 0 ? [] : [insertTexts(this.#tables, some)];
    const attempt = async (statements: readonly Statement[]): Promise<PartOutcome> => {
      try {
        if (statements.length > 0) await connection.transact(statements, signal);
        return { refused: [] };
      } catch (error) {
        if (isRowFault(error)) return { reason: describeError(error) };
        throw error;
      }
    };
    const whole = await attempt([...insertRows(placed), ...insertWords(texts)]);
    if ('refused' in whole) return refused;
    const rows = await writeByHalves(0, placed.length, (from, to) =>
      attempt(insertRows(placed.slice(from, to))),
    );
    const words = await writeByHalves(0, texts.length, (from, to) =>
      attempt(insertWords(texts.slice(from, to))),
    );
    for (const { reason } of words) this.#ports.logger.warn({ reason }, 'PostgreSQL refused a word');
    return [
      ...refused,
      ...rows.map(({ index, reason }) => ({ index: placed[index]?.index ?? index, reason })),
    ];
  }

  /** Not without looking first: `if not exists` asks for the right to make it even where it is there. */
  async #make(
    connection: PostgresConnection,
    table: string,
    sql: string,
    signal: AbortSignal,
  ): Promise<void> {
    const [known] = await connection.query(
      { text: 'select to_regclass($1) is not null as "isThere"', values: [table] },
      signal,
    );
    if (known?.['isThere'] === true) return;
    await connection.transact([makeOneAtATime, { text: sql, values: [] }], signal);
    await this.#makeHypertable(connection, table, signal);
  }

  /** TimescaleDB keeps such a table in chunks of time. Without it, or where it refuses, the table is as good. */
  async #makeHypertable(connection: PostgresConnection, table: string, signal: AbortSignal): Promise<void> {
    const [found] = await connection.query(
      {
        text: `select nspname as "schema" from pg_proc join pg_namespace n on n.oid = pronamespace
          where proname = 'create_hypertable' limit 1`,
        values: [],
      },
      signal,
    );
    if (found === undefined) return;
    const make = `${quoted(String(found['schema']))}.create_hypertable`;
    const text = `select ${make}($1::regclass, 'at'::name, if_not_exists => true, migrate_data => true)`;
    try {
      await connection.query({ text, values: [table] }, signal);
    } catch (error) {
      if (!connection.isOpen) throw error;
      this.#ports.logger.warn({ table, error }, 'TimescaleDB did not take the table; it stays a plain one');
    }
  }
}

interface PlacedRow extends SinkRow {
  /** In the batch. */
  readonly index: number;
}

/** One a key, the last: a statement may not meet the same row twice. A text with NUL is none for PostgreSQL. */
function storableRows(rows: readonly SinkRow[]): { placed: readonly PlacedRow[]; refused: RefusedRow[] } {
  const byKey = new Map<string, PlacedRow>();
  const refused: RefusedRow[] = [];
  for (const [index, row] of rows.entries()) {
    const [device, quantity] = [row.device.toWellFormed(), row.quantity.toWellFormed()];
    if (`${device}${quantity}${row.unit}`.includes('\0'))
      refused.push({ index, reason: 'a name with NUL in it is none for PostgreSQL' });
    else byKey.set(JSON.stringify([device, quantity, row.atMs]), { ...row, device, quantity, index });
  }
  return { placed: [...byKey.values()], refused };
}

function storableTexts(texts: readonly SaidText[]): readonly SaidText[] {
  const plain = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');
  const byKey = new Map<string, SaidText>();
  for (const { device, quantity, atMs, text } of texts) {
    const one = { device: plain(device), quantity: plain(quantity), atMs, text: plain(text) };
    byKey.set(JSON.stringify([one.device, one.quantity, atMs]), one);
  }
  return [...byKey.values()];
}
