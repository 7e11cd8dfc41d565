import type { Identity } from '../../core/identity.ts';
import type { UplinkMessage } from '../../io/uplinks/uplink.ts';
import type { TelemetryBatch } from '../../storage/telemetry-calls.ts';

type Name = Pick<Identity, 'gatewayId' | 'algorithm'>;

const decoder = new TextDecoder();

/** A batch as everybody sees it: canonical JSON, made of records that are canonical already. */
export function batchText(batch: TelemetryBatch, { gatewayId, algorithm }: Name): string {
  const { before, count, epoch, from, head, records, signature, to } = batch;
  const text = JSON.stringify;
  return (
    `{"algorithm":${text(algorithm)},"before":${text(before)},"count":${count},"epoch":${text(epoch)},` +
    `"from":${from},"gateway":${text(gatewayId)},"head":${text(head)},"records":${decoder.decode(records)},` +
    `"signature":${text(signature)},"to":${to},"v":1}`
  );
}

/** A message of these batches. */
export function telemetryMessage(batches: readonly TelemetryBatch[], name: Name): UplinkMessage {
  const texts = batches.map((batch) => batchText(batch, name)).join(',');
  const text = `{"batches":[${texts}],"gateway":${JSON.stringify(name.gatewayId)},"kind":"telemetry","v":1}`;
  return { kind: 'telemetry', body: Buffer.from(text) };
}
