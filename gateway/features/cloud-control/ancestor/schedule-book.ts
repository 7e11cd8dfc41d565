import { GatewayError } from '../../../core/errors.ts';
import type { StorePort } from '../../store-port.ts';
import type { TypedSetPoint } from './set-point-from-registers.ts';

/** What the earlier gateway says of an order that came to nothing. */
export type ScheduleReason =
  'Device not found' | 'Task not executed' | 'Task not executed successfully' | 'Invalid signature';

export type ScheduleState = 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';

/** A set point that a device is to have at an instant. */
export interface ScheduledSetPoint extends TypedSetPoint {
  /** Of its backend, as text. */
  readonly id: string;
  /** Who asked for it: `cloud:ISSUER`, `token:ID`. */
  readonly principal: string;
  readonly device: string;
  readonly serialNumber: string;
  /** UTC epoch ms. */
  readonly atMs: number;
  readonly state: ScheduleState;
  /** Why it failed. */
  readonly reason?: ScheduleReason;
}

const settingName = 'cloud.schedule';
/** Orders that wait, and those that had their end and are kept for looking back. */
const waitingMax = 64;
const endedMax = 64;

/**
 * Set points that wait for their time, on disk: they survive a restart. One in whose middle the gateway stopped has
 * failed, and is not tried again. Errors are those of the store.
 */
export class ScheduleBook {
  readonly #store: StorePort<'getSetting' | 'putSetting'>;
  #entries: readonly ScheduledSetPoint[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: StorePort<'getSetting' | 'putSetting'>) {
    this.#store = store;
  }

  /** In the order in which they were asked for. */
  get entries(): readonly ScheduledSetPoint[] {
    return this.#entries;
  }

  async load(): Promise<void> {
    const text = await this.#store.call('getSetting', settingName);
    this.#entries = text === undefined ? [] : (JSON.parse(text) as readonly ScheduledSetPoint[]);
    await this.#change((entries) => {
      const isInterrupted = entries.some(({ state }) => state === 'running');
      return isInterrupted ? entries.map(withoutInterruption) : entries;
    });
  }

  /** The same again is one. Errors: `already_exists` (that id, with something else), `limit_reached`. */
  async add(wanted: Omit<ScheduledSetPoint, 'state'>): Promise<void> {
    await this.#change((entries) => {
      const known = entries.find((entry) => isSameOrder(entry, wanted));
      if (known === undefined) return [...withRoom(entries), { ...wanted, state: 'waiting' }];
      if (textOf(known) === textOf(wanted)) return entries;
      throw new GatewayError('already_exists', `there is another order with the id ${wanted.id}`, {
        hint: 'give each order an id of its own',
      });
    });
  }

  /** From that state to another; false, and nothing, when it is not in that state. On disk when this returns. */
  async move(
    order: Pick<ScheduledSetPoint, 'id' | 'principal'>,
    from: ScheduleState,
    to: Pick<ScheduledSetPoint, 'state' | 'reason'>,
  ): Promise<boolean> {
    let hasMoved = false;
    await this.#change((entries) => {
      hasMoved = entries.some((entry) => isSameOrder(entry, order) && entry.state === from);
      if (!hasMoved) return entries;
      return entries.map((entry) => (isSameOrder(entry, order) ? { ...entry, ...to } : entry));
    });
    return hasMoved;
  }

  /** One change after the other: each begins with what the one before has left. */
  async #change(
    update: (entries: readonly ScheduledSetPoint[]) => readonly ScheduledSetPoint[],
  ): Promise<void> {
    const changed = this.#last.then(async () => {
      const entries = update(this.#entries);
      if (entries === this.#entries) return;
      const ended = entries.filter((entry) => !isOpen(entry)).slice(-endedMax);
      const kept = entries.filter((entry) => isOpen(entry) || ended.includes(entry));
      await this.#store.call('putSetting', settingName, JSON.stringify(kept));
      this.#entries = kept;
    });
    this.#last = changed.catch(() => undefined);
    await changed;
  }
}

function isOpen({ state }: ScheduledSetPoint): boolean {
  return state === 'waiting' || state === 'running';
}

function withRoom(entries: readonly ScheduledSetPoint[]): readonly ScheduledSetPoint[] {
  if (entries.filter(isOpen).length < waitingMax) return entries;
  throw new GatewayError('limit_reached', `${waitingMax} orders wait already`, { hint: 'cancel some first' });
}

function withoutInterruption(entry: ScheduledSetPoint): ScheduledSetPoint {
  return entry.state === 'running'
    ? { ...entry, state: 'failed', reason: 'Task not executed successfully' }
    : entry;
}

function isSameOrder(
  a: Pick<ScheduledSetPoint, 'id' | 'principal'>,
  b: Pick<ScheduledSetPoint, 'id' | 'principal'>,
): boolean {
  return a.id === b.id && a.principal === b.principal;
}

function textOf(order: Omit<ScheduledSetPoint, 'state'>): string {
  const { device, serialNumber, control, value, atMs } = order;
  return JSON.stringify([device, serialNumber, control, value, atMs]);
}
