import { GatewayError } from '../gateway/core/errors.ts';
import type { UplinkDefinition } from '../gateway/io/uplinks/uplink.ts';
import type { Database, StoreCalls } from '../gateway/storage/store-calls.ts';

/** Faults put into the uplink on purpose: each must be found by what watches it. */
export const uplinkBugs = ['early-prune', 'skipped-batch', 'sleepy-uplink'] as const;

export type UplinkBug = (typeof uplinkBugs)[number];

/** What they are planted in. */
export interface BuggyUplinkParts {
  readonly database: Database;
  readonly kinds: readonly UplinkDefinition[];
}

/** Of the batches, those that are never read. */
const skipped = 5;
const sleepSeconds = 600;

const plants: Readonly<Record<UplinkBug, (parts: BuggyUplinkParts) => Partial<BuggyUplinkParts>>> = {
  'early-prune': ({ database }) => ({ database: hasty(database) }),
  'skipped-batch': ({ database }) => ({ database: skipping(database) }),
  'sleepy-uplink': ({ kinds }) => ({ kinds: kinds.map(sleepy) }),
};

export function withUplinkBug(parts: BuggyUplinkParts, bug: UplinkBug | undefined): BuggyUplinkParts {
  return bug === undefined ? parts : { ...parts, ...plants[bug](parts) };
}

/** Counts as arrived whatever is sealed when it makes room, and takes it out. */
function hasty(database: Database): Database {
  const call: Database['call'] = async (name, ...parameters) => {
    if (name !== 'pruneTelemetry') return await database.call(name, ...parameters);
    const [nowMs, retention] = parameters as Parameters<StoreCalls['pruneTelemetry']>;
    const { epoch = '', sequence = 0 } = (await database.call('telemetryStatus')).place ?? {};
    const mark = { epoch, sequence, also: [], saidMs: 0, readings: 0 };
    for (const uplink of retention.uplinks) await database.call('putUplinkMark', uplink, mark);
    return (await database.call('pruneTelemetry', nowMs, { ...retention, keptMs: 0 })) as never;
  };
  return { call, close: async () => await database.close() };
}

function skipping(database: Database): Database {
  const call: Database['call'] = async (name, ...parameters) => {
    const answer = await database.call(name, ...parameters);
    if (name !== 'telemetryBatches') return answer;
    const batches = answer as ReturnType<StoreCalls['telemetryBatches']>;
    return batches.filter(({ to }) => to % skipped !== 0) as never;
  };
  return { call, close: async () => await database.close() };
}

/** Is not tried again for minutes, whatever kept it from its backend. */
function sleepy(kind: UplinkDefinition): UplinkDefinition {
  return {
    ...kind,
    open: async (options, ports, openSignal) => {
      const uplink = await kind.open(options, ports, openSignal);
      return {
        get isOpen() {
          return uplink.isOpen;
        },
        send: async (message, signal) => {
          try {
            await uplink.send(message, signal);
          } catch (error) {
            if (!(error instanceof GatewayError)) throw error;
            const facts = { retryAfterSeconds: sleepSeconds };
            throw new GatewayError('rate_limited', error.message, { facts });
          }
        },
        close: async () => await uplink.close(),
      };
    },
  };
}
