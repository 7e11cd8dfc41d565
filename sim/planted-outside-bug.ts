import type { Disk } from '../gateway/core/disk.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import type { HttpClient } from '../gateway/core/http.ts';
import type { SinkDefinition, SinkRow } from '../gateway/io/sinks/sink.ts';
import type { SourceAnswer, SourceDefinition } from '../gateway/io/sources/source.ts';
import type { Database } from '../gateway/storage/store-calls.ts';

/** Faults put into sources and sinks on purpose: each must be found by what watches them. */
export const outsideBugs = [
  'shared-lane',
  'deaf-to-retry-after',
  'forgotten-requests',
  'forgotten-token',
  'glossed-over-silence',
  'lost-row',
  'doubled-row',
  'sleepy-sink',
  'late-commit',
] as const;

export type OutsideBug = (typeof outsideBugs)[number];

/** What they are planted in. */
export interface BuggyParts {
  readonly sourceKinds: readonly SourceDefinition[];
  readonly sinkKinds: readonly SinkDefinition[];
  readonly http: HttpClient;
  readonly disk: Disk;
  readonly database: Database;
}

/** Of the batches of a sink, those that go wrong. */
const badBatch = 10;
const sleepMs = 600_000;
const appendsAnew = 6;

const plants: Readonly<Record<OutsideBug, (parts: BuggyParts) => Partial<BuggyParts>>> = {
  'shared-lane': ({ sourceKinds }) => ({
    sourceKinds: sourceKinds.map((kind) => ({ ...kind, lane: () => 'all' })),
  }),
  'deaf-to-retry-after': ({ http }) => ({ http: deaf(http) }),
  'forgotten-requests': ({ database }) => ({ database: forgetful(database) }),
  'forgotten-token': ({ disk }) => ({
    disk: {
      readText: (path) => disk.readText(path),
      writeText: () => undefined,
      remove: (path) => disk.remove(path),
    },
  }),
  'glossed-over-silence': ({ sourceKinds }) => ({ sourceKinds: sourceKinds.map(glossingOver) }),
  'lost-row': ({ sinkKinds }) => ({
    sinkKinds: sinkKinds.map((kind) => changing(kind, (rows) => rows.slice(1))),
  }),
  'doubled-row': ({ sinkKinds }) => ({ sinkKinds: sinkKinds.map((kind) => changing(kind, doubled)) }),
  'sleepy-sink': ({ sinkKinds }) => ({ sinkKinds: sinkKinds.map(sleepy) }),
  'late-commit': ({ database }) => ({ database: tardy(database) }),
};

export function withOutsideBug(parts: BuggyParts, bug: OutsideBug | undefined): BuggyParts {
  return bug === undefined ? parts : { ...parts, ...plants[bug](parts) };
}

function deaf(http: HttpClient): HttpClient {
  return {
    request: async (request, signal) => {
      const answer = await http.request(request, signal);
      const headers = Object.entries(answer.headers).filter(([name]) => name !== 'retry-after');
      return { ...answer, headers: Object.fromEntries(headers) };
    },
  };
}

function forgetful(database: Database): Database {
  const call: Database['call'] = async (name, ...parameters) => {
    const isForgotten = name === 'putSetting' && (parameters[0] as string).startsWith('source.');
    return isForgotten ? (undefined as never) : await database.call(name, ...parameters);
  };
  return { call, close: async () => await database.close() };
}

/** Answers what was said before when nothing comes. */
function glossingOver(kind: SourceDefinition): SourceDefinition {
  return {
    ...kind,
    open: (options, ports) => {
      const reader = kind.open(options, ports);
      let last: SourceAnswer | undefined;
      return {
        read: async (signal) => {
          try {
            last = await reader.read(signal);
            return last;
          } catch (error) {
            if (last === undefined) throw error;
            return last;
          }
        },
        close: () => reader.close?.(),
      };
    },
  };
}

function changing(
  kind: SinkDefinition,
  change: (rows: readonly SinkRow[]) => readonly SinkRow[],
): SinkDefinition {
  let batches = 0;
  return {
    ...kind,
    open: async (options, ports, signal) => {
      const sink = await kind.open(options, ports, signal);
      return {
        write: async (batch, writeSignal) => {
          batches += 1;
          const isBad = batches % badBatch === 0;
          return await sink.write(isBad ? { ...batch, rows: change(batch.rows) } : batch, writeSignal);
        },
        close: async () => await sink.close(),
      };
    },
  };
}

function doubled(rows: readonly SinkRow[]): readonly SinkRow[] {
  const [first] = rows;
  return first === undefined ? rows : [...rows, { ...first, atMs: first.atMs + 1 }];
}

/** Is not tried again for minutes, whatever the receiver said. */
function sleepy(kind: SinkDefinition): SinkDefinition {
  return {
    ...kind,
    open: async (options, ports, signal) => {
      try {
        return await kind.open(options, ports, signal);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        throw new GatewayError(error.code, error.message, { facts: { retryAfterMs: sleepMs } });
      }
    },
  };
}

/** Stores what it is given when it was asked often enough. */
function tardy(database: Database): Database {
  let appends = 0;
  const call: Database['call'] = async (name, ...parameters) => {
    if (name === 'appendReadings') appends += 1;
    if (name === 'appendReadings' && appends % appendsAnew !== 0)
      throw new GatewayError('storage_busy', 'come again later');
    return await database.call(name, ...parameters);
  };
  return { call, close: async () => await database.close() };
}
