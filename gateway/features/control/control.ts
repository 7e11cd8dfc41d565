import { monotonicMs, type Cancel } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import { waitFor } from '../../engine/time-limit.ts';
import { shareRegisters } from '../../io/drivers/index.ts';
import type { StoredIntent } from '../../storage/store-calls.ts';
import type { Source } from './claims.ts';
import { ControlChannel } from './control-channel.ts';
import type { ControlPort, ControlsOfDevice } from './control-commands.ts';
import type { ControlAddress, ControlledDevices, ControlPorts } from './control-ports.ts';
import { findControl, nameOf, unknownDevice } from './control-session.ts';
import { describeChannel } from './describe-controls.ts';
import { DeviceModes, type DeviceMode } from './device-modes.ts';
import { IntentJournal, openIntentOf } from './intent-journal.ts';
import { RivalControls } from './rival-controls.ts';
import { defaultLeaseMs, refusal } from './set-point-rules.ts';
import { WriteBudgets } from './write-budgets.ts';

/** Runs by itself that often; a lease that ends in between wakes it. */
const watchPeriodMs = 10_000;
export const watchLeasesTaskName = 'watch:leases';

/** Fits the lifecycle's health notes. */
interface Note {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/**
 * What devices are told. Nothing is written without an intent on disk, and every set point has a lease: when
 * it ends, when the gateway stops, and when it starts again after it could not, the device is put back.
 */
export class Control implements ControlPort {
  readonly #ports: ControlPorts;
  readonly #devices: ControlledDevices;
  readonly #modes: DeviceModes;
  readonly #budgets: WriteBudgets;
  readonly #journal: IntentJournal;
  readonly #rivals = new RivalControls();
  readonly #channels = new Map<string, ControlChannel>();
  /** Those that an earlier start left: nothing else of their devices is controlled before they are back. */
  readonly #left = new Set<ControlChannel>();
  readonly #changingMode = new Set<string>();
  #isStarted = false;
  #isStopping = false;
  #unsubscribe: Cancel | undefined;

  constructor(ports: ControlPorts, devices: ControlledDevices) {
    this.#ports = ports;
    this.#devices = devices;
    this.#modes = new DeviceModes(ports.store);
    this.#budgets = new WriteBudgets(ports.clock);
    this.#journal = new IntentJournal(ports, this.#budgets);
  }

  get tasks(): readonly TaskDefinition[] {
    return [
      {
        name: watchLeasesTaskName,
        group: 'control',
        priority: 'safety',
        periodMs: watchPeriodMs,
        delayMs: 0,
        deadlineMs: 1_000,
        run: () => this.#watch(),
      },
    ];
  }

  /** Before any task runs. What is open on disk is put back by the first run of the task. */
  async start(): Promise<void> {
    const { open, writes, modes } = await this.#ports.store.call('listControls');
    this.#budgets.restore(writes);
    this.#modes.restore(modes);
    for (const [key, intents] of Map.groupBy(open, keyOf)) this.#adopt(key, intents);
    this.#unsubscribe = this.#ports.feed.subscribe((event) => {
      if (event.type !== 'device' || event.state !== 'up') return;
      for (const channel of this.#channelsOf(event.id)) channel.deviceAnswers();
    });
    this.#isStarted = true;
  }

  /** While tasks still run: puts all devices back, for a bounded time. The controls that are not back. */
  async stop(): Promise<readonly string[]> {
    this.#isStopping = true;
    this.#unsubscribe?.();
    const notBack = new Set(this.#channels.values());
    const ended = new AbortController();
    const allEnded = Promise.all(
      [...notBack].map(async (channel) => {
        if (await channel.end('the gateway stops')) notBack.delete(channel);
      }),
    ).then(() => ended.abort());
    await Promise.race([
      allEnded,
      waitFor(this.#ports, limits.controlStopMsMax, ended.signal).catch(() => undefined),
    ]);
    return [...notBack].map(({ address }) => nameOf(address));
  }

  /**
   * 60 s, or what the device's own timer takes, unless a lease is given. See `ControlChannel.set`; also `device_unknown`, and `not_found` for a control that it does not have.
   */
  async set(order: Parameters<ControlPort['set']>[0]): ReturnType<ControlPort['set']> {
    const { definition } = findControl(this.#devices, order);
    const leaseMs = order.leaseMs ?? defaultLeaseMs(definition);
    const wanted = { ...order, leaseMs, askedMs: this.#ports.clock.monotonic() };
    const channel = this.#channel(order);
    const rivals = (this.#devices.controlsOf(order.device)?.controls ?? []).filter(
      (other) => other.name !== definition.name && shareRegisters(definition, other),
    );
    const claim =
      rivals.length === 0
        ? await channel.set(wanted)
        : await this.#rivals.set(channel, wanted, () =>
            this.#channelsOf(order.device).filter(({ address }) =>
              rivals.some(({ name }) => name === address.control),
            ),
          );
    return { value: claim.value, leaseLeftMs: claim.untilMs - this.#ports.clock.monotonic() };
  }

  /** True when the device is back, or follows what is left. Errors: as `set`. */
  async release(address: ControlAddress, source: Source): Promise<boolean> {
    findControl(this.#devices, address);
    const channel = this.#channels.get(keyOf(address));
    return channel === undefined || (await channel.release(source));
  }

  modeOf(device: string): DeviceMode {
    if (this.#devices.stateOf(device) === undefined) throw unknownDevice(this.#devices, device);
    return this.#modes.of(device);
  }

  /**
   * Puts the device back before it takes less than `control`; the answer names the controls that are not back
   * yet, which goes on. Errors: `control_refused`, `device_unknown`, those of the store.
   */
  async setMode(device: string, mode: DeviceMode, principal: string): Promise<readonly string[]> {
    const from = this.modeOf(device);
    this.#checkMode(device, mode);
    this.#changingMode.add(device);
    try {
      const notBack = new Set<string>();
      const attempt = async (channel: ControlChannel, isBack: Promise<boolean>): Promise<void> => {
        if (await isBack) notBack.delete(channel.address.control);
        else notBack.add(channel.address.control);
      };
      if (mode !== 'control') {
        for (const channel of this.#channelsOf(device)) {
          await attempt(channel, channel.end(`its mode became ${mode}`));
        }
      }
      await this.#modes.set(device, mode);
      await this.#audit(principal, `${device}: ${from} became ${mode}`);
      if (mode === 'self-consumption' && from !== mode) {
        for (const { name } of this.#devices.controlsOf(device)?.controls ?? []) {
          const channel = this.#channel({ device, control: name });
          await attempt(channel, channel.putBack(principal));
        }
      }
      return [...notBack];
    } finally {
      this.#changingMode.delete(device);
    }
  }

  describe(device: string): ControlsOfDevice {
    const deviceState = this.#devices.stateOf(device);
    if (deviceState === undefined) throw unknownDevice(this.#devices, device);
    const nowMs = this.#ports.clock.monotonic();
    const controls = (this.#devices.controlsOf(device)?.controls ?? []).map((definition) => {
      const address = { device, control: definition.name };
      const writesUsed = this.#budgets.used(device, definition.name);
      return describeChannel(definition, this.#channels.get(keyOf(address)), { nowMs, writesUsed });
    });
    return { device, mode: this.#modes.of(device), deviceState, controls };
  }

  #channelsOf(device: string): readonly ControlChannel[] {
    return [...this.#channels.values()].filter(({ address }) => address.device === device);
  }

  /** Devices that did not do as they were told, and those that are not back yet. */
  notes(): readonly Note[] {
    return [...this.#channels.values()].flatMap(({ address, revert, alarm }) => {
      const subject = `control:${address.device}:${address.control}`;
      const isStuck = revert !== undefined && revert.failuresInRow > 0;
      const error = isStuck ? `is not back yet: ${revert.error ?? 'no answer'}` : undefined;
      if (error === undefined && alarm === undefined) return [];
      return [
        {
          subject,
          status: 'degraded' as const,
          message: error === undefined ? (alarm ?? '') : `${nameOf(address)} ${error}`,
          hint:
            error === undefined
              ? `the device was put back; see egw device controls ${address.device}`
              : 'it is tried again until the device is back; check that the device answers and takes settings',
        },
      ];
    });
  }

  #adopt(key: string, intents: readonly StoredIntent[]): void {
    const [first] = intents;
    if (first === undefined) return;
    const channel = this.#channel(first);
    channel.adopt(intents.map(openIntentOf));
    this.#left.add(channel);
    this.#ports.logger.warn(
      { device: first.device, control: first.control, intents: intents.length },
      `${key} was left set by an earlier start, and is put back`,
    );
  }

  #channel({ device, control }: ControlAddress): ControlChannel {
    const address = { device, control };
    const known = this.#channels.get(keyOf(address));
    if (known !== undefined) return known;
    const channel = new ControlChannel({
      address,
      ports: this.#ports,
      devices: this.#devices,
      journal: this.#journal,
      budgets: this.#budgets,
      checkAllowed: () => this.#checkAllowed(address),
      changed: () => this.#wakeForNext(),
    });
    this.#channels.set(keyOf(address), channel);
    return channel;
  }

  #checkAllowed(address: ControlAddress): void {
    if (this.#isStopping || !this.#isStarted) {
      throw new GatewayError('stopping', `${nameOf(address)} cannot be set: the gateway starts or stops`);
    }
    const { device } = address;
    const mode = this.#modes.of(device);
    if (mode !== 'control' || this.#changingMode.has(device)) {
      const is = this.#changingMode.has(device) ? 'is about to change' : `is ${mode}`;
      throw refusal(
        nameOf(address),
        `the mode of ${device} ${is}`,
        `allow set points with: egw device mode ${device} control`,
      );
    }
    const left = [...this.#left].find((channel) => this.#isLeft(channel, device));
    if (left === undefined) return;
    throw refusal(
      nameOf(address),
      `${nameOf(left.address)} was left set before the start, and is put back first`,
      left.revert?.error ?? 'try again in a moment',
    );
  }

  /** Whether it still has to be put back, and can be: its device may not offer it any more. */
  #isLeft(channel: ControlChannel, device: string): boolean {
    if (channel.revert === undefined) this.#left.delete(channel);
    const offered = this.#devices.controlsOf(device)?.controls ?? [];
    const { address } = channel;
    return (
      this.#left.has(channel) &&
      address.device === device &&
      offered.some(({ name }) => name === address.control)
    );
  }

  #checkMode(device: string, mode: DeviceMode): void {
    if (this.#changingMode.has(device)) {
      throw refusal(`the mode of ${device}`, 'it is being changed at the moment', 'try again in a moment');
    }
    const controls = this.#devices.controlsOf(device)?.controls ?? [];
    if (mode === 'read' || controls.length > 0) return;
    throw refusal(
      `the mode of ${device}`,
      'the device offers no controls, as far as is known',
      'a device that describes itself has to answer first; for others their driver names none',
    );
  }

  async #audit(principal: string, detail: string): Promise<void> {
    const atMs = this.#ports.clock.wall();
    const line = { atMs, principal, action: 'device.mode-changed', outcome: 'ok', detail };
    await this.#ports.store.call('addAuditLine', line);
  }

  #watch(): void {
    for (const channel of this.#channels.values()) {
      channel.tend().catch((error: unknown) => {
        const facts = { ...channel.address, error };
        this.#ports.logger.error(facts, `${nameOf(channel.address)}: ${describeError(error)}`);
      });
    }
    const nowMs = this.#ports.clock.monotonic();
    this.#wakeForNext((dueMs) => dueMs > nowMs);
  }

  /** Those that are due and did nothing about it are at work: they tell when they have done. */
  #wakeForNext(counts: (dueMs: number) => boolean = () => true): void {
    const dueMs = [...this.#channels.values()].map((channel) => channel.dueMs).filter(counts);
    const nextMs = Math.min(...dueMs);
    const nowMs = this.#ports.clock.monotonic();
    if (nextMs < nowMs + watchPeriodMs) this.#ports.wake(monotonicMs(Math.max(nextMs, nowMs)));
  }
}

/** Nothing is asked of the ports before `start`. */
export function createControl(ports: ControlPorts, devices: ControlledDevices): Control {
  return new Control(ports, devices);
}

function keyOf({ device, control }: ControlAddress): string {
  return `${device}:${control}`;
}
