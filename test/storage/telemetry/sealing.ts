import assert from 'node:assert/strict';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type {
  TelemetryBatch,
  TelemetryDraft,
  TelemetryStart,
} from '../../../gateway/storage/telemetry-calls.ts';
import { startMs } from '../scratch.ts';

export const bounds = { readingsMax: 1_000, spanMsMax: 60_000 } as const;

/** As a gateway begins in its n-th start. */
export function startOf(boot: number, publicKey = 'key'): TelemetryStart {
  const newEpoch = (0xe0_0000_0000 + boot).toString(16).padStart(16, '0');
  return { gateway: 'gatewaygateway12', publicKey, algorithm: 'Ed25519', newEpoch, atMs: startMs };
}

/** The next batch, signed as nobody would sign; undefined when nothing waits. */
export function sealNext(
  service: DatabaseService,
  atMs: number,
  readingsMax = 1_000,
): TelemetryDraft | undefined {
  const draft = service.draftTelemetry({ ...bounds, readingsMax });
  if (draft !== undefined) {
    const { to, head } = draft;
    service.sealTelemetry({ to, head, signature: `signed ${head}`, atMs });
  }
  return draft;
}

/** Answers how many batches. */
export function sealAll(service: DatabaseService, atMs: number, readingsMax?: number): number {
  let batches = 0;
  while (sealNext(service, atMs, readingsMax) !== undefined) batches += 1;
  return batches;
}

export function batchesOf(service: DatabaseService, epoch?: string): readonly TelemetryBatch[] {
  const query = { after: 0, batchesMax: 100_000, bytesMax: Infinity };
  return service.telemetryBatches(epoch === undefined ? query : { ...query, epoch });
}

/** What its records say. */
export function recordsOf({ records }: TelemetryBatch): readonly Readonly<Record<string, unknown>>[] {
  return JSON.parse(Buffer.from(records).toString()) as Record<string, unknown>[];
}

/** The law of the outbox: what was sealed is in batches that are kept, was taken out when it had arrived, or dropped. */
export function assertConserved(
  service: Pick<DatabaseService, 'telemetryBatches' | 'telemetryStatus'>,
): void {
  const { chainsBefore, place } = service.telemetryStatus();
  const epochs = [...chainsBefore.map(({ epoch }) => epoch), ...(place === undefined ? [] : [place.epoch])];
  const query = { after: 0, batchesMax: 100_000, bytesMax: Infinity };
  const kept = epochs.flatMap((epoch) => service.telemetryBatches({ ...query, epoch }));
  const readings = kept.reduce((sum, { count }) => sum + count, 0);
  // Reading them may have found damage.
  const status = service.telemetryStatus();
  assert.equal(status.readings, readings, JSON.stringify(status));
  assert.equal(status.batches, kept.length, JSON.stringify(status));
  assert.ok(status.readingsSealed >= readings + status.readingsDropped, JSON.stringify(status));
}
