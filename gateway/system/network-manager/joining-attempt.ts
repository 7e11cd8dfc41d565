import { randomUUID } from 'node:crypto';
import { monotonicMs, type Alarm, type Clock } from '../../core/clock.ts';
import { describeError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import { ssidText } from '../../core/ssid-text.ts';
import type { JoiningEnd, JoiningStep, WirelessWish } from '../../core/wireless.ts';
import { numberOf } from '../bus-values.ts';
import type { SystemBus } from '../system-bus.ts';
import { hexOf } from './access-points.ts';
import type { NetworkChoice } from './choose-network.ts';
import { DeviceStates } from './device-states.ts';
import { followActivation, untilLost, type ActivationEnd } from './follow-activation.ts';
import type { ManagerObjects, WifiDevice, WirelessProfile } from './manager-objects.ts';
import { managerRefusal } from './manager-refusal.ts';
import { connectivity, deviceStates, updateFlags } from './names.ts';
import { wirelessProfile } from './wireless-profile.ts';

export interface AttemptPorts {
  readonly bus: SystemBus;
  readonly objects: ManagerObjects;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
}

/** The adapter, and the profile that it had joined a network by. */
export interface AttemptPlace {
  readonly device: WifiDevice;
  readonly before: WirelessProfile | undefined;
}

export interface AttemptCall {
  readonly told: (step: JoiningStep) => void;
  readonly signal: AbortSignal;
}

type Joinable = Exclude<NetworkChoice, { how: 'not' }>;
type Joined = { readonly ok: true; readonly connectivity: number };
type Failed = Extract<JoiningEnd, { ok: false }>;

/** A network that lets go of us again does so within that time. */
const settleMs = 1_000;
/** How often it is looked whether the network of before is joined again. */
const returnLookMs = 250;
/** NetworkManager goes back by itself, should we be gone, once we would have given up for certain. */
const checkpointSeconds = Math.ceil((limits.wirelessJoinMsMax + limits.wirelessReturnMsMax) / 1_000);

/**
 * Joins one network, or goes back to the one of before. The profile is gone when it is left (`volatile`) until it is
 * proven; the profile of before is left as it is; and a checkpoint has NetworkManager go back where we cannot.
 */
export class JoiningAttempt {
  readonly #ports: AttemptPorts;
  readonly #place: AttemptPlace;
  #checkpoint: string | undefined;
  /** The name for ever of the profile that is written for this attempt. */
  readonly #uuid = randomUUID();

  constructor(ports: AttemptPorts, place: AttemptPlace) {
    this.#ports = ports;
    this.#place = place;
  }

  async run(wish: WirelessWish, choice: Joinable, call: AttemptCall): Promise<Joined | Failed> {
    const failed = await this.#tryTo(wish, choice, call);
    if ('connectivity' in failed) return failed;
    const rolledBackTo = await this.#goBack();
    return { ...failed, rolledBackTo };
  }

  async #tryTo(
    wish: WirelessWish,
    choice: Joinable,
    call: AttemptCall,
  ): Promise<Joined | Extract<ActivationEnd, { ok: false }>> {
    const { bus } = this.#ports;
    const { device } = this.#place;
    let states: DeviceStates | undefined;
    try {
      call.signal.throwIfAborted();
      this.#checkpoint = await this.#createCheckpoint();
      states = await DeviceStates.open(bus, device.path);
      call.told('associating');
      const written = await this.#join(wish, choice);
      const hasPassword = wish.password !== undefined || choice.how === 'known';
      const end = await followActivation(states, { hasPassword, ...call });
      if (!end.ok) return end;
      call.told('checking');
      const checked = await this.#check(states, call.signal);
      if ('ok' in checked) return checked;
      await this.#keep(wish, written);
      return { ok: true, connectivity: checked.connectivity };
    } catch (error) {
      if (call.signal.aborted) return { ok: false, failure: 'wifi_timeout', detail: 'it was given up' };
      const detail = withoutSecret(describeError(managerRefusal(error)), wish.password);
      return { ok: false, failure: 'wifi_failed', detail };
    } finally {
      states?.close();
    }
  }

  /** The path of the profile that was written; undefined where it is known already. */
  async #join(wish: WirelessWish, choice: Joinable): Promise<string | undefined> {
    const { objects } = this.#ports;
    const { device } = this.#place;
    if (choice.how === 'known') {
      await objects.joinBy(choice.profilePath, device, choice.accessPointPath);
      return undefined;
    }
    const profile = await wirelessProfile({ ...wish, ...choice, uuid: this.#uuid });
    return await objects.joinAnew(profile, device, choice.accessPointPath);
  }

  /** Whether it is kept for a moment, and what is behind it. */
  async #check(
    states: DeviceStates,
    signal: AbortSignal,
  ): Promise<{ readonly connectivity: number } | Extract<ActivationEnd, { ok: false }>> {
    const settled = new AbortController();
    const either = AbortSignal.any([settled.signal, signal]);
    const looking = this.#lookBehind().then(async (found) => {
      await this.#pause(settleMs);
      settled.abort();
      return found;
    });
    const lost = await untilLost(states, either);
    if (lost !== undefined && !lost.ok) return lost;
    if (!settled.signal.aborted) return { ok: false, failure: 'wifi_timeout', detail: 'it was given up' };
    return { connectivity: await looking };
  }

  /** Never rejects: what is behind a network is no reason not to keep it. */
  async #lookBehind(): Promise<number> {
    const { objects } = this.#ports;
    try {
      return await objects.checkConnectivity();
    } catch {
      const manager = await objects.manager().catch(() => new Map<string, unknown>());
      return numberOf(manager.get('Connectivity') ?? connectivity.unknown);
    }
  }

  /** It is proven, so it stays; and other profiles of ours for the same name, with older passwords, go. */
  async #keep({ ssidBytes }: WirelessWish, written: string | undefined): Promise<void> {
    const { objects, logger } = this.#ports;
    if (written !== undefined) {
      try {
        await objects.keepProfile(written, updateFlags.toDisk);
      } catch (error) {
        logger.warn(
          { reason: describeError(error) },
          'a wireless network is joined, but not after the next start',
        );
        await objects.keepProfile(written, updateFlags.inMemory);
      }
    }
    const checkpoint = this.#checkpoint;
    this.#checkpoint = undefined;
    if (checkpoint !== undefined) await this.#forgetCheckpoint(checkpoint);
    if (written === undefined) return;
    const name = hexOf(ssidBytes);
    try {
      for (const { path, ssid, isOurs } of await objects.profiles())
        if (isOurs && path !== written && hexOf(ssid) === name) await objects.removeProfile(path);
    } catch (error) {
      logger.warn({ reason: describeError(error) }, 'an older profile of a wireless network was not removed');
    }
  }

  async #forgetCheckpoint(checkpoint: string): Promise<void> {
    const { objects, logger } = this.#ports;
    try {
      await objects.endCheckpoint(checkpoint, 'CheckpointDestroy');
    } catch (error) {
      logger.warn({ reason: describeError(error) }, 'NetworkManager may go back to the network of before');
    }
  }

  /** Undefined where it may not, or cannot: then we go back ourselves. */
  async #createCheckpoint(): Promise<string | undefined> {
    const { objects, logger } = this.#ports;
    const { device } = this.#place;
    try {
      // An adapter has one at a time.
      const left = await objects.leftCheckpoint(device, checkpointSeconds);
      if (left === undefined) return await objects.createCheckpoint(device, checkpointSeconds);
      await objects.putOffCheckpoint(left, checkpointSeconds);
      return left;
    } catch (error) {
      logger.debug({ reason: describeError(error) }, 'NetworkManager makes no checkpoint');
      return undefined;
    }
  }

  /** The name of the network of before, once it is joined again; null where there was none, or it is not. */
  async #goBack(): Promise<string | null> {
    const { bus, clock } = this.#ports;
    const { before } = this.#place;
    const untilMs = clock.monotonic() + limits.wirelessReturnMsMax;
    let isToldTo = false;
    while (clock.monotonic() < untilMs) {
      try {
        if (!isToldTo && !(await this.#tellToGoBack())) return null;
        isToldTo = true;
        if (before === undefined) return null;
        if (await this.#isBack(before)) return ssidText(before.ssid);
      } catch {
        // NetworkManager or the bus may be starting again; of a gateway that stops it goes back by its checkpoint.
        if (bus.isClosed) return null;
      }
      await this.#pause(returnLookMs);
    }
    return null;
  }

  /** False where there is nothing to go back to: somebody has removed it. By names that outlive NetworkManager. */
  async #tellToGoBack(): Promise<boolean> {
    const { objects } = this.#ports;
    const { before } = this.#place;
    const isBackBy = await this.#rollBack();
    const profiles = await objects.profiles();
    const written = profiles.find(({ uuid }) => uuid === this.#uuid);
    if (written !== undefined) await objects.removeProfile(written.path);
    if (isBackBy || before === undefined || (await this.#isBack(before))) return true;
    const known = profiles.find(({ uuid }) => uuid === before.uuid);
    if (known === undefined) return false;
    const device = await objects.deviceNamed(this.#place.device.interfaceName);
    await objects.joinBy(known.path, device ?? this.#place.device, '/');
    return true;
  }

  /** Whether NetworkManager goes back by its checkpoint. */
  async #rollBack(): Promise<boolean> {
    const checkpoint = this.#checkpoint;
    if (checkpoint === undefined) return false;
    try {
      await this.#ports.objects.endCheckpoint(checkpoint, 'CheckpointRollback');
      return true;
    } catch {
      // It does not outlive NetworkManager.
      return false;
    } finally {
      this.#checkpoint = undefined;
    }
  }

  async #isBack(before: WirelessProfile): Promise<boolean> {
    const { objects } = this.#ports;
    const device = await objects.deviceNamed(this.#place.device.interfaceName);
    if (device?.state !== deviceStates.activated) return false;
    return (await objects.activeProfile(device))?.uuid === before.uuid;
  }

  async #pause(forMs: number): Promise<void> {
    const { clock, alarm } = this.#ports;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    alarm.at(monotonicMs(clock.monotonic() + forMs), () => resolve(undefined));
    await promise;
  }
}

function withoutSecret(text: string, password: string | undefined): string {
  return password === undefined ? text : text.replaceAll(password, '…');
}
