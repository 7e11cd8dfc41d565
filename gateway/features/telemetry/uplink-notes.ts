import type { TelemetrySealer } from './telemetry-sealer.ts';
import type { UplinkSender } from './uplink-sender.ts';
import { statusOf, type IdleUplink } from './uplink-status.ts';

/** Fits the lifecycle's health notes. */
export interface UplinkNote {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** More than this many batches without a word is no delay any more. */
const underwayMax = 64;

/** Of one that could run. */
export function idleNote({ id, reason }: IdleUplink): UplinkNote {
  return {
    subject: `uplink:${id}`,
    status: 'degraded',
    message: `uplink ${id} does not run: ${reason}`,
    hint: 'change the configuration and start the gateway again',
  };
}

/** What is not as it should be with one uplink. Must not wait. */
export function uplinkNotes(sender: UplinkSender, sealer: TelemetrySealer): readonly UplinkNote[] {
  const { id } = sender.uplink;
  const { waiting } = statusOf(sender, sealer);
  const { failure, hasKey, sent, deliveries, isUp } = sender.progress();
  const notes: UplinkNote[] = [];
  const note = (what: string, message: string, hint: string): void => {
    notes.push({ subject: `uplink:${id}${what}`, status: 'degraded', message, hint });
  };
  const said = `${waiting} readings wait for it in the outbox`;
  if (failure !== undefined)
    note('', `uplink ${id} takes nothing: ${failure.error.message}; ${said}`, failure.error.hint ?? said);
  if (!hasKey)
    note(
      ':key',
      `uplink ${id} has no key under which its backend could say what it has: nothing ever counts as arrived`,
      'give its ackKey, or the root key of your cloud as cloud.rootKey',
    );
  const underway = deliveries.all.reduce((sum, { book }) => sum + book.underway.length, 0);
  if (hasKey && isUp && underway > underwayMax)
    note(
      ':silent',
      `the backend of uplink ${id} does not say what it has: ${underway} batches are without its word`,
      'look at the backend: is it there, and does it sign its acknowledgements under the key that is configured?',
    );
  if (sent.refused > 0)
    note(
      ':refused',
      `uplink ${id} has refused ${sent.refused} batches, such as ${String(sent.refusal)}`,
      `the others go on; when the backend takes them: egw uplink retry ${id}`,
    );
  return notes;
}
