import { Type } from 'typebox';
import type { Identity } from '../../core/identity.ts';
import { limits } from '../../core/limits.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { byteCount, closed, nullable } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import type { TextStream } from '../text-stream.ts';
import { batchText } from './telemetry-text.ts';

export interface TelemetryCommandPorts {
  readonly store: StorePort<'telemetryStatus' | 'telemetryBatches'>;
  readonly identity: Pick<Identity, 'gatewayId' | 'algorithm'>;
}

const record = nullable(Type.Integer());

const telemetryStatus = defineCommand({
  id: 'telemetry.status',
  summary: 'The signed chain: how far it goes, and what of it is kept',
  scope: 'read',
  input: closed({}),
  output: closed({
    epoch: nullable(Type.String({ description: 'Of the chain; null before there is one' })),
    sequence: record,
    head: nullable(Type.String({ description: 'Hash of its last record, hex' })),
    oldest: record,
    batches: Type.Integer({ description: 'Batches that are kept' }),
    readings: Type.Integer({ description: 'Readings in them' }),
    bytes: byteCount({ description: 'What they take' }),
    readingsSealed: Type.Integer({ description: 'Readings in all batches that ever were' }),
    readingsDropped: Type.Integer({ description: 'Those that gave way before they were sent everywhere' }),
    commitsWaiting: Type.Integer({ description: 'Commits that are in no batch yet' }),
  }),
  http: { method: 'GET', path: '/api/v1/telemetry' },
  cli: { verb: 'telemetry status' },
  run: async ({ store }: TelemetryCommandPorts) => {
    const status = await store.call('telemetryStatus');
    const { place, oldest = null, batches, readings, bytes } = status;
    const { readingsSealed, readingsDropped, commitsWaiting } = status;
    const { epoch = null, sequence = null, head = null } = place ?? {};
    const kept = { oldest, batches, readings, bytes };
    return { epoch, sequence, head, ...kept, readingsSealed, readingsDropped, commitsWaiting };
  },
});

const telemetryExport = defineCommand({
  id: 'telemetry.export',
  summary: 'All batches that are kept, as they are sent: one a line, for egw-verify',
  scope: 'read',
  input: closed({}),
  output: Type.Unsafe<TextStream>({}),
  http: {
    method: 'GET',
    path: '/api/v1/telemetry/batches',
    streams: ['application/x-ndjson; charset=utf-8'],
    answerMsMax: limits.streamSilenceMsMax,
  },
  cli: { verb: 'telemetry export' },
  run: (ports: TelemetryCommandPorts, _input, { signal }) => ({
    contentType: 'application/x-ndjson; charset=utf-8',
    fileName: `egw-${ports.identity.gatewayId}.jsonl`,
    parts: batchLines(ports, signal),
  }),
});

/** So that one page does not hold the database worker for long. */
const page = { batchesMax: 32, bytesMax: 1_048_576 };

async function* batchLines(
  { store, identity }: TelemetryCommandPorts,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { chainsBefore, place } = await store.call('telemetryStatus');
  const chains = [...chainsBefore, ...(place === undefined ? [] : [place])];
  for (const { epoch } of chains) {
    for (let after = 0; !signal.aborted;) {
      const batches = await store.call('telemetryBatches', { epoch, after, ...page });
      const last = batches.at(-1);
      if (last === undefined) break;
      yield batches.map((batch) => `${batchText(batch, identity)}\n`).join('');
      after = last.to;
    }
  }
}

export const telemetryCommands = [telemetryStatus, telemetryExport] as const;

export function bindTelemetryCommands(ports: TelemetryCommandPorts): readonly BoundCommand[] {
  return [bindCommand(telemetryStatus, ports), bindCommand(telemetryExport, ports)];
}
