import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { startMortalGateway, writeConfig, type MortalGateway } from './mortal-gateway.ts';
import { startWatchedDevices, type WatchedDevice, type WatchedDevices } from './watched-devices.ts';

/** Worst cases over all kills. */
export interface ControlKills {
  readonly kills: number;
  /** Times that a kill left the device with a timer set, and the other: other kills show nothing. */
  readonly timedLeftSet: number;
  readonly untimedLeftSet: number;
  /** Longest that a set point outlived its lease on a device with a timer of its own. */
  readonly timedOutlivedMs: number;
  /** Longest that one outlived its lease, or the start of the next gateway if that came later, on the other. */
  readonly untimedOutlivedMs: number;
  /** Devices that were told something new by a gateway that had not put them back first. */
  readonly setBeforeRevert: number;
  /** How the last one, which was not killed, ended. */
  readonly lastExitCode: number | null;
}

const leaseMs = 2_000;
/** What is not back then has outlived its lease. */
const givenUpMs = 20_000;

/**
 * A gateway that tells two simulated devices set points without a pause, is killed at random moments while it
 * does, and started again, at once or after the device's own timer has ended. What became of the set points is
 * the devices' own account.
 */
export async function killDuringControl(how: {
  readonly seed: number;
  readonly kills: number;
}): Promise<ControlKills> {
  const random = new SeededRandom(how.seed);
  const directory = mkdtempSync(join(tmpdir(), 'egw-kills-'));
  const home = await startWatchedDevices();
  const account = new Account(home);
  try {
    writeConfig(
      directory,
      home.devices.map(({ id, driver }) => ({ id, driver, port: home.ports[id] ?? 0 })),
    );
    for (let kill = 0; kill < how.kills; kill += 1) await liveOnce({ home, directory, random, account });
    const last = await startMortalGateway(directory);
    account.started();
    const allBack = changesUntil(home, () => home.devices.every(({ seen }) => !isSet(seen)));
    await Promise.race([allBack, setTimeout(givenUpMs, undefined, { ref: false })]);
    account.close();
    return { kills: how.kills, ...account.worst, lastExitCode: await last.end('SIGTERM') };
  } finally {
    await home.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One life. It ends some changes of the devices after it began to control them, or to put them back. */
async function liveOnce({
  home,
  directory,
  random,
  account,
}: {
  home: WatchedDevices;
  directory: string;
  random: SeededRandom;
  account: Account;
}): Promise<void> {
  const gateway = await startMortalGateway(directory);
  account.started();
  const life = { isOver: false };
  const orders = home.devices.map((device) => giveOrders({ gateway, device, account, life, random }));
  const from = home.devices.map(({ seen }) => seen.length);
  const isControlling = (): boolean =>
    home.devices.some(({ seen }, index) => isSet(seen) && wasBackSince(seen, from[index] ?? 0));
  const isForPuttingBack = random.isLucky(0.4);
  let changesLeft = random.integer(0, 5);
  await changesUntil(home, () => {
    if (isForPuttingBack || isControlling()) changesLeft -= 1;
    return changesLeft < 0;
  });
  await setTimeout(random.pick([0, 0, random.integer(0, 20), random.integer(0, 700)]));
  life.isOver = true;
  const ended = gateway.end();
  account.killed();
  await Promise.all([ended, ...orders]);
  const timed = home.devices.filter(({ hasRevertTimer }) => hasRevertTimer);
  if (random.isLucky(0.2)) await changesUntil(home, () => timed.every(({ seen }) => !isSet(seen)));
}

/** What it is refused changes nothing: the devices' account is what counts. */
async function giveOrders(parts: {
  readonly gateway: MortalGateway;
  readonly device: WatchedDevice;
  readonly account: Account;
  readonly life: { readonly isOver: boolean };
  readonly random: SeededRandom;
}): Promise<void> {
  const { gateway, device, account, life, random } = parts;
  const ask = async (method: 'PUT' | 'POST', path: string, body: unknown): Promise<number | undefined> => {
    const asked = gateway.client.ask({ method, path: `/api/v1/devices/${device.id}/${path}`, body });
    return await asked.then(
      ({ status }) => status,
      () => undefined,
    );
  };
  let value = random.pick([...device.setPoints]);
  let mayControl = false;
  while (!life.isOver) {
    // A device that describes itself has to answer before its mode can be raised.
    mayControl ||= (await ask('PUT', 'mode', { mode: 'control' })) === 200;
    if (mayControl) {
      // Another value brings changes to count even when the other device is not to be had.
      if (random.isLucky(0.1)) value = random.pick([...device.setPoints]);
      account.asked(device);
      const status = await ask('POST', `controls/${device.control}`, { value, lease: `${leaseMs}ms` });
      if (status !== undefined) account.answered(device, status === 200);
    }
    await setTimeout(20);
  }
}

async function changesUntil(home: WatchedDevices, isEnough: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = (): void => {
    if (isEnough()) resolve(undefined);
  };
  home.onChange = look;
  look();
  await promise;
  home.onChange = () => undefined;
}

function isSet(seen: WatchedDevice['seen']): boolean {
  return seen.at(-1)?.isSet === true;
}

/** Whether it followed no set point at some time from the life on whose first state this is. */
function wasBackSince(seen: WatchedDevice['seen'], index: number): boolean {
  return seen.slice(Math.max(0, index - 1)).some((state) => !state.isSet);
}

interface DeviceAccount {
  /** Latest end of a lease that the gateway may have granted. */
  leaseEndMs: number;
  isAsked: boolean;
  /** Since it was left set by a killed gateway: up to here its log was judged; undefined: it was not. */
  left: { power: number; index: number } | undefined;
}

/** Who was told what until when, against what the devices saw; all by the simulator's clock. */
class Account {
  readonly #home: WatchedDevices;
  readonly #devices = new Map<string, DeviceAccount>();
  #startedMs = 0;
  readonly worst = {
    timedLeftSet: 0,
    untimedLeftSet: 0,
    timedOutlivedMs: 0,
    untimedOutlivedMs: 0,
    setBeforeRevert: 0,
  };

  constructor(home: WatchedDevices) {
    this.#home = home;
    for (const { id } of home.devices) {
      this.#devices.set(id, { leaseEndMs: 0, isAsked: false, left: undefined });
    }
  }

  started(): void {
    this.#startedMs = this.#home.nowMs();
  }

  asked(device: WatchedDevice): void {
    this.#of(device).isAsked = true;
  }

  answered(device: WatchedDevice, isGranted: boolean): void {
    this.#of(device).isAsked = false;
    if (isGranted) this.#of(device).leaseEndMs = this.#home.nowMs() + leaseMs;
  }

  killed(): void {
    this.close();
    const nowMs = this.#home.nowMs();
    for (const device of this.#home.devices) {
      const of = this.#of(device);
      if (of.isAsked && of.left === undefined) of.leaseEndMs = nowMs + leaseMs;
      of.isAsked = false;
      const last = device.seen.at(-1);
      if (last?.isSet !== true || of.left !== undefined) continue;
      this.worst[device.hasRevertTimer ? 'timedLeftSet' : 'untimedLeftSet'] += 1;
      of.left = { power: last.power, index: device.seen.length };
    }
  }

  /** Judges what became of set points that were left, as far as it is known. */
  close(): void {
    for (const device of this.#home.devices) {
      const of = this.#of(device);
      if (of.left === undefined) continue;
      const later = device.seen.slice(of.left.index);
      const back = later.find((state) => !state.isSet);
      this.#judgeAge(device, back?.atMs ?? this.#home.nowMs());
      const before = back === undefined ? later : later.slice(0, later.indexOf(back));
      if (before.some(({ atMs, power }) => atMs > this.#startedMs && power !== of.left?.power)) {
        this.worst.setBeforeRevert += 1;
      }
      if (back !== undefined) of.left = undefined;
    }
  }

  #judgeAge(device: WatchedDevice, untilMs: number): void {
    const { leaseEndMs } = this.#of(device);
    const worst = device.hasRevertTimer ? 'timedOutlivedMs' : 'untimedOutlivedMs';
    const fromMs = device.hasRevertTimer ? leaseEndMs : Math.max(leaseEndMs, this.#startedMs);
    this.worst[worst] = Math.max(this.worst[worst], untilMs - fromMs);
  }

  #of({ id }: WatchedDevice): DeviceAccount {
    const account = this.#devices.get(id);
    if (account === undefined) throw new Error(`no account of ${id}`);
    return account;
  }
}
