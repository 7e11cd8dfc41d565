import type { TelemetrySealer } from './telemetry-sealer.ts';
import type { UplinkSender } from './uplink-sender.ts';

/** An uplink that is configured and does not run. */
export interface IdleUplink {
  readonly id: string;
  readonly name?: string;
  readonly kind: string;
  readonly title: string;
  readonly state: 'disabled' | 'skipped';
  /** What to do that it runs. */
  readonly reason: string;
}

/** How an uplink is: `starting` has not been tried yet, `down` takes nothing now. */
export interface UplinkStatus {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly state: 'starting' | 'up' | 'down' | 'disabled' | 'skipped';
  /** Readings that were sent since the start, and those that it has for good. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Readings that it has not said to have. */
  readonly waiting: number;
  /** Batches that it would not take. */
  readonly refused: number;
  /** UTC epoch ms, null: nothing since the start. */
  readonly sentMs: number | null;
  readonly acknowledgedMs: number | null;
  readonly reason: string | null;
  readonly hint: string | null;
}

export function statusOf(sender: UplinkSender, sealer: TelemetrySealer): UplinkStatus {
  const { id, name = id, definition } = sender.uplink;
  const { isUp, failure, sent, acknowledgedMs, deliveries } = sender.progress();
  const acknowledged = deliveries.present?.book.mark.readings ?? 0;
  return {
    id,
    name,
    kind: definition.id,
    title: definition.title,
    state: failure !== undefined ? 'down' : isUp ? 'up' : 'starting',
    sent: sent.readings,
    acknowledged,
    waiting: Math.max(0, sealer.readings - acknowledged),
    refused: sent.refused,
    sentMs: sent.sentMs ?? null,
    acknowledgedMs: acknowledgedMs ?? null,
    reason: failure?.error.message ?? null,
    hint: failure?.error.hint ?? null,
  };
}

export function idleStatus({ id, name = id, kind, title, state, reason }: IdleUplink): UplinkStatus {
  const nothing = { sent: 0, acknowledged: 0, waiting: 0, refused: 0 };
  return { id, name, kind, title, state, ...nothing, sentMs: null, acknowledgedMs: null, reason, hint: null };
}
