import pg from 'pg';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { Connection, Network } from '../../../gateway/core/network.ts';
import { createReadings } from '../../../gateway/io/sinks/postgres-statements.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import type { TestReceiver } from './conformance-cases.ts';
import { startPostgres, superuser, type PostgresServer } from './postgres-server.ts';

let started: Promise<PostgresServer> | undefined;
let schemas = 0;

/** A schema of its own in one server, which is started for the first and ends with the file. */
export async function postgresReceiver(): Promise<TestReceiver> {
  started ??= startPostgres(t);
  const { port } = await started;
  const place = { host: '127.0.0.1', port, database: 'postgres', ...superuser };
  const client = new pg.Client(place);
  client.on('error', () => undefined);
  await client.connect();
  schemas += 1;
  const schema = `home ${schemas}`;
  await client.query(`create schema "${schema}"`);
  const network = new BreakableNetwork();
  let refused: string | undefined;
  const tables = { schema, reading: 'reading', text: 'text_value' };
  return {
    options: { ...place, tls: 'off', schema },
    ports: {
      network: {
        connectTcp: async (options) => {
          // Tables are there with a rule of their owner.
          if (refused !== undefined) {
            await client.query(createReadings(tables));
            const rule = `add constraint rule check (quantity <> '${refused}')`;
            await client.query(`alter table "${schema}".reading ${rule}`);
            refused = undefined;
          }
          return await network.connectTcp(options);
        },
      },
    },
    had: async () => {
      const text = `select device, quantity, at, value from "${schema}".reading where value is not null`;
      const { rows } = await client.query<{ device: string; quantity: string; at: Date; value: number }>(
        text,
      );
      return rows.map(({ device, quantity, at, value }) => `${device} ${quantity} ${at.getTime()} ${value}`);
    },
    break: () => network.setMood('broken'),
    mend: () => network.setMood('well'),
    hang: () => network.setMood('hangs'),
    refuse: (quantity) => (refused = quantity),
    close: async () => await client.end(),
  };
}

/** The way there: it may be cut, with all that is on it, or lead nowhere. */
class BreakableNetwork implements Network {
  readonly #open = new Set<Connection>();
  #mood: 'well' | 'broken' | 'hangs' = 'well';

  setMood(mood: 'well' | 'broken' | 'hangs'): void {
    this.#mood = mood;
    if (mood === 'broken') for (const connection of this.#open) connection.close();
  }

  async connectTcp(options: Parameters<Network['connectTcp']>[0]): Promise<Connection> {
    if (this.#mood === 'broken') throw new GatewayError('connection_refused', 'nobody is there');
    if (this.#mood === 'hangs')
      await new Promise((_, reject) => {
        options.signal.addEventListener('abort', () => reject(options.signal.reason as Error), {
          once: true,
        });
      });
    const connection = await loopbackNetwork.connectTcp(options);
    this.#open.add(connection);
    return connection;
  }
}
