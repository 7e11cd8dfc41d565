import type { Static } from 'typebox';
import type { Clock } from '../../../core/clock.ts';
import { GatewayError, describeError } from '../../../core/errors.ts';
import type { Identity } from '../../../core/identity.ts';
import { limits } from '../../../core/limits.ts';
import type { Logger } from '../../../core/logger.ts';
import type { CommandCall, Principal } from '../../command.ts';
import type { DeviceControls } from '../../device-access.ts';
import type { CommandsPort } from '../command-runner.ts';
import type { AncestorMessage, AncestorReply } from './ancestor-messages.ts';
import { answerDataRequest, type dataRequest } from './data-request.ts';
import type { ScheduleBook, ScheduledSetPoint, ScheduleReason } from './schedule-book.ts';
import { setPointFromRegisters } from './set-point-from-registers.ts';
import { utcInstantMs, utcInstantText } from './utc-instant.ts';

export interface AncestorDeskPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isClockTrusted: () => boolean;
  readonly identity: Pick<Identity, 'gatewayId' | 'serial' | 'sign'>;
  /** Asked when they are there. */
  readonly commands: () => CommandsPort;
  /** The device with that serial number, and what it can be told as far as that is known. */
  readonly findDevice: (
    serialNumber: string,
  ) => { readonly id: string; readonly controls: DeviceControls | undefined } | undefined;
  /** Whether who ordered it may control still. */
  readonly mayControl: (principal: string) => boolean;
  /** Told when an order has had its end, with why where it came to nothing. */
  readonly ended?: (order: ScheduledSetPoint, reason?: ScheduleReason) => void;
}

/** An order is given that long ahead at most, and carried out that long after its time at most. */
const aheadMsMax = 24 * 3_600_000;
const lateMsMax = 60_000;

/** Set points of the earlier gateway have no end; here each has the longest lease that there is. */
const lease = `${limits.leaseMsMax}ms`;

/**
 * The control messages of the earlier gateway, on our commands: a write of registers is a set point of a declared
 * control, with its limits, its lease and its way back, or it is refused with that gateway's own words.
 */
export class AncestorDesk {
  readonly #ports: AncestorDeskPorts;
  readonly #book: ScheduleBook;

  constructor(ports: AncestorDeskPorts, book: ScheduleBook) {
    this.#ports = ports;
    this.#book = book;
  }

  /** What is said to the message; nothing to those that need no word. Errors: `control_refused`, `input_invalid`, the store's. */
  async take(message: AncestorMessage, { principal }: CommandCall): Promise<readonly AncestorReply[]> {
    switch (message.type) {
      case 'ems_authentication_challenge':
        return [await this.#authenticate()];
      case 'ems_control_schedule':
      case 'ems_pre_setup':
        return [await this.#schedule(message, principal)];
      case 'ems_control_schedule_cancel': {
        const id = idOf(message);
        const isCancelled = await this.#book.move({ id, principal: principal.id }, 'waiting', {
          state: 'cancelled',
        });
        return [isCancelled ? reply('cancel_schedule_ack', message) : nack(message, 'Task not executed')];
      }
      default:
        return [];
    }
  }

  /** Errors: `device_unknown`, those of reading registers. */
  async readRegisters(request: Static<typeof dataRequest>, call: CommandCall): Promise<AncestorReply> {
    return await answerDataRequest(this.#ports, request, call);
  }

  /** What was ordered for later, in that order. */
  get orders(): readonly ScheduledSetPoint[] {
    return this.#book.entries;
  }

  /** Carries out what is due, each once; what is too late by then, or whose orderer may no longer, is not. */
  async runDue(signal: AbortSignal): Promise<void> {
    const { clock, isClockTrusted, mayControl } = this.#ports;
    if (!isClockTrusted()) return;
    const nowMs = clock.wall();
    for (const order of this.#book.entries.filter(
      ({ state, atMs }) => state === 'waiting' && atMs <= nowMs,
    )) {
      if (nowMs - order.atMs > lateMsMax || !mayControl(order.principal)) {
        await this.#end(order, 'waiting', 'Task not executed');
      } else await this.#carryOut(order, signal);
    }
  }

  async #carryOut(order: ScheduledSetPoint, signal: AbortSignal): Promise<void> {
    const { commands, logger } = this.#ports;
    if (!(await this.#book.move(order, 'waiting', { state: 'running' }))) return;
    const principal: Principal = { kind: 'cloud', id: order.principal, scopes: new Set(['control']) };
    const { device: id, control, value } = order;
    try {
      const input = { id, control, value, lease, source: 'grid' };
      await commands().dispatch('device.set', input, { principal, origin: `order ${order.id}`, signal });
    } catch (error) {
      logger.warn({ order: order.id, device: id, reason: describeError(error) }, 'cloud: an order failed');
      await this.#end(order, 'running', 'Task not executed successfully');
      return;
    }
    await this.#end(order, 'running');
  }

  async #end(order: ScheduledSetPoint, from: 'waiting' | 'running', reason?: ScheduleReason): Promise<void> {
    const to = reason === undefined ? ({ state: 'done' } as const) : ({ state: 'failed', reason } as const);
    if (await this.#book.move(order, from, to)) this.#ports.ended?.(order, reason);
  }

  async #authenticate(): Promise<AncestorReply> {
    const { clock, identity } = this.#ports;
    const createdAt = utcInstantText(clock.wall());
    const signature = await identity.sign('gw-message-1', [`${identity.serial}:${createdAt}`]);
    const { gatewayId: deviceName, serial: serialNumber } = identity;
    return {
      type: 'device_authenticate',
      payload: { deviceName, serialNumber, signature, created_at: createdAt },
    };
  }

  async #schedule(message: AncestorMessage, principal: Principal): Promise<AncestorReply> {
    if (principal.kind !== 'cloud') {
      throw new GatewayError('control_refused', 'orders for later are taken from the cloud alone', {
        hint: 'use device.set when it is time',
      });
    }
    const { payload } = message;
    const by = { id: idOf(message), principal: principal.id };
    const device = payload.sn === undefined ? undefined : this.#ports.findDevice(payload.sn);
    if (device === undefined) return nack(message, 'Device not found');
    const atMs = this.#instantOf(payload.execute_at);
    const orders = (payload.commands ?? []).map(({ start_register: register, value = 0 }) => ({
      register,
      value,
    }));
    const setPoint = device.controls && setPointFromRegisters(device.controls, orders);
    if (atMs === undefined || setPoint === undefined) return nack(message, 'Task not executed');
    await this.#book.add({ ...by, ...setPoint, device: device.id, serialNumber: payload.sn ?? '', atMs });
    return reply('schedule_ack', message);
  }

  /** undefined when it is not known, too late, or too far ahead. */
  #instantOf(text: string | undefined): number | undefined {
    const { clock, isClockTrusted } = this.#ports;
    const atMs = text === undefined ? undefined : utcInstantMs(text);
    if (atMs === undefined || !isClockTrusted()) return undefined;
    const aheadMs = atMs - clock.wall();
    return aheadMs >= -lateMsMax && aheadMs <= aheadMsMax ? atMs : undefined;
  }
}

function idOf({ type, payload }: AncestorMessage): string {
  if (payload.id !== undefined) return String(payload.id);
  throw new GatewayError('input_invalid', `${type} has no payload.id`, {
    hint: 'give each order an id of its own',
  });
}

function reply(
  what: 'schedule_ack' | 'cancel_schedule_ack',
  { payload: { id, sn } }: AncestorMessage,
): AncestorReply {
  return { type: `device_control_${what}`, payload: { id: id ?? null, sn: sn ?? null } };
}

function nack({ payload: { id, sn } }: AncestorMessage, reason: ScheduleReason): AncestorReply {
  return { type: 'device_control_schedule_nack', payload: { id: id ?? null, sn: sn ?? null, reason } };
}
