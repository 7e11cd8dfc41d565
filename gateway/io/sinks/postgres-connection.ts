import type { Client } from 'pg';
import { GatewayError } from '../../core/errors.ts';
import type { Network } from '../../core/network.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { NetworkStream } from '../network-stream.ts';
import { serverReach } from '../server-reach.ts';
import { tlsOptions } from '../tls-options.ts';
import { postgresFailure } from './postgres-failure.ts';
import type { Statement } from './postgres-statements.ts';

/** The server gives up a statement, or a transaction that nobody ends, before we do. */
const statementMsMax = 20_000;
const idleInTransactionMsMax = 30_000;

/** One connection to a PostgreSQL server, until it breaks. */
export class PostgresConnection {
  readonly #client: Client;
  readonly #stream: NetworkStream;
  readonly where: string;
  #isOpen = true;

  private constructor(client: Client, stream: NetworkStream, where: string) {
    this.#client = client;
    this.#stream = stream;
    this.where = where;
    stream.once('close', () => (this.#isOpen = false));
    // An idle connection that breaks is noticed with the next batch.
    client.on('error', () => (this.#isOpen = false));
  }

  /** Errors: those of the network; `sink_refused`, `sink_unavailable`, `certificate_invalid`, `config_invalid`. */
  static async open(
    values: OptionValues,
    network: Network,
    signal: AbortSignal,
  ): Promise<PostgresConnection> {
    const { Client } = await loadLibrary();
    const [host, port] = [String(values['host']), Number(values['port'])];
    const [database, user] = [String(values['database']), String(values['user'])];
    const password = values['password'];
    const reach = serverReach(values['tls'] === 'verify', password);
    const stream = await NetworkStream.open(network, { host, port, reach }, signal);
    const tls = tlsOptions(host, values);
    const client = new Client({
      // The library judges the certificate by this, and connects to nothing itself.
      host: tls?.host ?? host,
      port,
      database,
      user,
      // A function, or it would look into the environment and for a file of passwords.
      password: () => (typeof password === 'string' ? password : ''),
      ssl: tls ?? false,
      stream: () => stream,
      application_name: 'egw',
      statement_timeout: statementMsMax,
      idle_in_transaction_session_timeout: idleInTransactionMsMax,
    });
    const where = `PostgreSQL at ${host}:${port}, database ${database},`;
    const connection = new PostgresConnection(client, stream, where);
    await connection.#within(signal, async () => await client.connect());
    return connection;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Rows of the answer. Errors: the library's own, whose code says whether a row is at fault; `connection_timeout`. */
  async query({ text, values }: Statement, signal: AbortSignal): Promise<readonly Record<string, unknown>[]> {
    const { rows } = await this.#within(
      signal,
      async () => await this.#client.query<Record<string, unknown>>(text, [...values]),
    );
    return rows;
  }

  /** All or nothing; returns when it is on the server's disk. Errors: those of `query`. */
  async transact(statements: readonly Statement[], signal: AbortSignal): Promise<void> {
    await this.query({ text: 'begin', values: [] }, signal);
    try {
      for (const statement of statements) await this.query(statement, signal);
      await this.query({ text: 'commit', values: [] }, signal);
    } catch (error) {
      if (this.#isOpen) await this.query({ text: 'rollback', values: [] }, signal).catch(() => this.#break());
      throw error;
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#client.end().catch(() => undefined);
    this.#stream.destroy();
  }

  /** When the signal fires the connection is of no use: an answer to come would be taken for that of the next. */
  async #within<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const onAbort = (): void => this.#break();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      return await work();
    } catch (error) {
      if (signal.aborted)
        throw new GatewayError('connection_timeout', `${this.where} did not answer in time`, {
          hint: 'check that it is PostgreSQL, and that it is not overloaded',
          cause: error,
        });
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #break(): void {
    this.#isOpen = false;
    this.#stream.destroy();
  }
}

async function loadLibrary(): Promise<{ Client: typeof Client }> {
  try {
    const { default: library } = await import('pg');
    return library;
  } catch (cause) {
    throw new GatewayError('config_invalid', 'PostgreSQL’s client is not installed with this gateway', {
      hint: 'install the package pg, or leave out the sink postgres',
      cause,
    });
  }
}

/** As `open` does it, with the library's errors in our words. */
export async function openPostgres(
  values: OptionValues,
  network: Network,
  signal: AbortSignal,
): Promise<PostgresConnection> {
  try {
    return await PostgresConnection.open(values, network, signal);
  } catch (error) {
    throw postgresFailure(error, `PostgreSQL at ${String(values['host'])}:${String(values['port'])}`);
  }
}
