import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { wallMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { csvCells } from '../../../gateway/io/sinks/csv-line.ts';
import { csv } from '../../../gateway/io/sinks/csv.ts';
import { influx } from '../../../gateway/io/sinks/influx.ts';
import { postgres } from '../../../gateway/io/sinks/postgres.ts';
import type { SinkDefinition, SinkPorts } from '../../../gateway/io/sinks/sink.ts';
import { sqliteWide } from '../../../gateway/io/sinks/sqlite-wide.ts';
import { srcfulHarvest } from '../../../gateway/io/sinks/srcful-harvest.ts';
import { WideFiles } from '../../../gateway/storage/wide/wide-files.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';
import { HarvestStub } from './harvest-stub.ts';
import { InfluxStub } from './influx-stub.ts';
import { postgresReceiver } from './postgres-receiver.ts';
import { postgresMissing } from './postgres-server.ts';

/** A receiver to which a sink writes, and that a test can break. */
export interface TestReceiver {
  readonly options?: OptionValues;
  readonly ports?: Partial<SinkPorts>;
  /** All that it has, as `device quantity atMs value`: as often as it has it. Only times of whole seconds are asked for. */
  had(): Promise<readonly string[]>;
  /** From here on nothing can be written. */
  break(): void;
  mend(): void;
  /** From here on it says nothing until the signal fires; where it can be made so. */
  hang?(): void;
  /** From here on it refuses this quantity and takes the others; where it ever refuses a row by itself. */
  refuse?(quantity: string): void;
  close?(): Promise<void>;
}

export interface SinkCase {
  readonly definition: SinkDefinition;
  receiver(directory: string): Promise<TestReceiver>;
}

/** One of every sink. */
export const sinkCases: readonly SinkCase[] = [
  { definition: csv, receiver: (directory) => Promise.resolve(csvReceiver(directory)) },
  { definition: influx, receiver: () => Promise.resolve(influxReceiver()) },
  // Its own test says that it is skipped where there is no server.
  ...(postgresMissing === false ? [{ definition: postgres, receiver: postgresReceiver }] : []),
  { definition: sqliteWide, receiver: (directory) => Promise.resolve(wideReceiver(directory)) },
  { definition: srcfulHarvest, receiver: () => Promise.resolve(harvestReceiver()) },
];

function csvReceiver(directory: string): TestReceiver {
  const folder = join(directory, 'csv');
  const away = join(directory, 'away');
  return {
    had: () =>
      Promise.resolve(existsSync(folder) ? readdirSync(folder).flatMap((name) => csvRows(folder, name)) : []),
    break: () => {
      if (existsSync(folder)) renameSync(folder, away);
      writeFileSync(folder, 'in its way');
    },
    mend: () => {
      rmSync(folder);
      if (existsSync(away)) renameSync(away, folder);
    },
  };
}

function csvRows(folder: string, name: string): readonly string[] {
  const device = decodeURIComponent(name.replace(/-\d{4}-\d\d-\d\d(-\d+)?\.csv$/, ''));
  const [header = '', ...lines] = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  const [, ...columns] = csvCells(header);
  return lines.flatMap((line) => {
    const [time = '', ...cells] = csvCells(line);
    return columns.flatMap((column, index) => {
      const cell = cells[index] ?? '';
      return cell === '' ? [] : [`${device} ${column} ${Date.parse(time)} ${cell}`];
    });
  });
}

function influxReceiver(): TestReceiver {
  const stub = new InfluxStub();
  let mood: 'well' | 'broken' | 'hangs' = 'well';
  return {
    options: {
      url: 'http://192.168.1.20:8086',
      database: 'energy',
      organisation: 'home',
      token: 'secret-token',
    },
    ports: {
      http: {
        request: async (request, signal) => {
          if (mood === 'hangs') await untilAborted(signal);
          if (mood === 'broken') throw new GatewayError('connection_refused', 'nobody is there');
          return await stub.request(request);
        },
      },
    },
    had: () =>
      Promise.resolve(
        [...stub.points.values()].flatMap(({ measurement, tags, fields, time }) =>
          fields['value'] === undefined
            ? []
            : [`${tags['device'] ?? ''} ${measurement} ${time} ${fields['value']}`],
        ),
      ),
    break: () => (mood = 'broken'),
    mend: () => (mood = 'well'),
    hang: () => (mood = 'hangs'),
    refuse: (quantity) => {
      stub.refuse = ({ measurement }) => (measurement === quantity ? 'field type conflict' : undefined);
    },
  };
}

function harvestReceiver(): TestReceiver {
  const identity = createIdentity(createSimulatedSigner(), { wall: () => wallMs(0) });
  const stub = new HarvestStub(identity);
  let mood: 'well' | 'broken' | 'hangs' = 'well';
  return {
    options: { url: 'https://harvest.example/gw/data/' },
    ports: {
      identity,
      http: {
        request: async (request, signal) => {
          if (mood === 'hangs') await untilAborted(signal);
          if (mood === 'broken') throw new GatewayError('connection_refused', 'nobody is there');
          return await stub.request(request);
        },
      },
    },
    had: () => Promise.resolve([...stub.points].map(([key, value]) => `${key} ${String(value)}`)),
    break: () => (mood = 'broken'),
    mend: () => (mood = 'well'),
    hang: () => (mood = 'hangs'),
  };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Its tables are written by the storage; here without a thread. */
function wideReceiver(directory: string): TestReceiver {
  const files = new WideFiles();
  let mood: 'well' | 'broken' = 'well';
  return {
    ports: {
      tables: {
        write: async (place, batch) => {
          if (mood === 'broken') throw new GatewayError('disk_full', 'there is no room');
          return await Promise.resolve(files.write(place, batch));
        },
        close: (path) => {
          files.close(path);
          return Promise.resolve();
        },
      },
    },
    had: () => Promise.resolve(wideRows(join(directory, 'monitor.db'))),
    break: () => (mood = 'broken'),
    mend: () => (mood = 'well'),
    close: () => {
      files.closeAll();
      return Promise.resolve();
    },
  };
}

function wideRows(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const file = new Sqlite(path, { readonly: true });
  try {
    const columns = file
      .prepare<[], { device: number; name: string; number: number; quantity: string }>(
        'SELECT device, name, number, quantity FROM wide_column JOIN wide_device ON id = device',
      )
      .all();
    return columns.flatMap(({ device, name, number, quantity }) =>
      file
        .prepare<[], { atMs: number; value: number | null }>(
          `SELECT at_ms AS atMs, c${number} AS value FROM wide_${device}`,
        )
        .all()
        .flatMap(({ atMs, value }) => (value === null ? [] : [`${name} ${quantity} ${atMs} ${value}`])),
    );
  } finally {
    file.close();
  }
}
