import type { Clock } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { suggestName } from '../../core/nearest.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { UplinkMessage } from '../../io/uplinks/uplink.ts';
import type { StorePort } from '../store-port.ts';
import type { StateMessages } from './state-messages.ts';
import type { TelemetrySealer } from './telemetry-sealer.ts';
import type { TelemetrySettings } from './telemetry-section.ts';
import type { UplinkSender } from './uplink-sender.ts';
import { idleStatus, statusOf, type IdleUplink, type UplinkStatus } from './uplink-status.ts';
import { idleNote, uplinkNotes, type UplinkNote } from './uplink-notes.ts';

export interface TelemetryPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'pruneTelemetry' | 'telemetryBatches' | 'telemetryStatus'>;
  readonly wake: (task: string) => void;
}

export interface TelemetryMembers {
  readonly sealer: TelemetrySealer;
  readonly states: StateMessages;
  readonly senders: readonly UplinkSender[];
  readonly idle: readonly IdleUplink[];
}

const pruneMs = 5 * 60_000;

/** What is sent to backends, and how that goes. Without an uplink nothing of it runs, and nothing is written. */
export class Telemetry {
  readonly #ports: TelemetryPorts;
  readonly #members: TelemetryMembers;
  readonly #settings: TelemetrySettings;
  #isFull = false;

  constructor(ports: TelemetryPorts, members: TelemetryMembers, settings: TelemetrySettings) {
    this.#ports = ports;
    this.#members = members;
    this.#settings = settings;
  }

  /** Whether there is anybody to send to, now or later. */
  get isUsed(): boolean {
    return this.#members.senders.length > 0;
  }

  get isOnline(): boolean {
    return this.#members.senders.some(({ isUp }) => isUp);
  }

  tasks(): readonly TaskDefinition[] {
    const { sealer, states, senders } = this.#members;
    if (!this.isUsed) return [];
    return [sealer.task(), states.task(), this.#prune(), ...senders.map((sender) => sender.task())];
  }

  notes(): readonly UplinkNote[] {
    const { senders, sealer } = this.#members;
    const skipped = this.#members.idle.filter(({ state }) => state === 'skipped');
    return [
      ...senders.flatMap((sender) => uplinkNotes(sender, sealer)),
      ...skipped.map(idleNote),
      ...this.#quotaNotes(),
    ];
  }

  list(): readonly UplinkStatus[] {
    const { senders, idle, sealer } = this.#members;
    return [...senders.map((sender) => statusOf(sender, sealer)), ...idle.map(idleStatus)];
  }

  /** Errors: `not_found`. */
  show(id: string): UplinkStatus {
    const found = this.list().find((uplink) => uplink.id === id);
    if (found === undefined) throw this.#unknown(id);
    return found;
  }

  /** Tries it now, and what it has refused. Errors: `not_found`, `input_invalid` when it does not run. */
  retry(id: string): void {
    const sender = this.#members.senders.find(({ uplink }) => uplink.id === id);
    if (sender === undefined) {
      const { reason } = this.show(id);
      throw new GatewayError('input_invalid', `uplink ${id} does not run: ${String(reason)}`, {
        hint: 'change the configuration and start the gateway again',
      });
    }
    sender.forgive();
    this.#ports.wake(sender.taskName);
  }

  /** Says it to every backend, now or when there is a way. Never throws. */
  send(message: UplinkMessage): void {
    for (const sender of this.#members.senders) sender.send(message);
  }

  /** To be called when no task runs any more. What cannot be put down is asked again at the next start. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#members.senders.map(async (sender) => {
        try {
          await sender.stop();
        } catch (error) {
          const { id } = sender.uplink;
          this.#ports.logger.warn(
            { uplink: id, error },
            `where uplink ${id} stands was not kept: ${describeError(error)}`,
          );
        }
      }),
    );
  }

  #prune(): TaskDefinition {
    return {
      name: 'prune:telemetry',
      group: 'telemetry',
      priority: 'housekeeping',
      periodMs: pruneMs,
      offsetMs: 20_000,
      deadlineMs: 60_000,
      run: async ({ signal }) => {
        const { clock, store } = this.#ports;
        const { senders, idle, sealer } = this.#members;
        if (sealer.place === undefined) return;
        for (const { deliveries } of senders) await deliveries.save();
        const { keptMs, bytesMax } = this.#settings;
        // One whose secret is missing today is there again tomorrow.
        const skipped = idle.filter(({ state }) => state === 'skipped');
        const uplinks = [...senders.map(({ uplink }) => uplink), ...skipped].map(({ id }) => id);
        for (let remaining = true; remaining && !signal.aborted;)
          ({ remaining } = await store.call('pruneTelemetry', clock.wall(), { uplinks, keptMs, bytesMax }));
        const { bytes } = await sealer.count();
        this.#isFull = bytes > bytesMax * 0.9;
      },
    };
  }

  #quotaNotes(): readonly UplinkNote[] {
    if (!this.#isFull) return [];
    return [
      {
        subject: 'telemetry',
        status: 'degraded',
        message:
          'the room for telemetry that waits is nearly used up: the oldest gives way, and leaves a gap',
        hint: 'see what keeps the backends from taking it, or give it more room: telemetry.quotaMb',
      },
    ];
  }

  #unknown(id: string): GatewayError {
    const ids = this.list().map((uplink) => uplink.id);
    return new GatewayError('not_found', `there is no uplink ${id}${suggestName(id, ids)}`, {
      hint: ids.length === 0 ? 'none is configured' : `there are: ${ids.join(', ')}`,
    });
  }
}
