import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs, type Alarm, type Clock } from '../../../gateway/core/clock.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { SystemBus } from '../../../gateway/system/system-bus.ts';

/** As the script beside this file reads it. */
export interface PlayedNetwork {
  /** `hex:` and bytes for what is no text. */
  readonly ssid: string;
  readonly security?: 'open' | 'wep' | 'wpa-psk' | 'transition' | 'sae' | 'wpa-eap' | 'owe';
  readonly signalPct?: number;
  readonly isHidden?: boolean;
  /** What it takes: passwords, or the keys that follow from them. */
  readonly keys?: readonly string[];
  readonly treatment?: string;
}

export interface PlayedWorld {
  readonly networks?: readonly PlayedNetwork[];
  /** Profiles that somebody else has written, and the one that is joined by. */
  readonly known?: readonly string[];
  readonly joined?: string;
  readonly radio?: 'on' | 'off' | 'missing';
  /** NMDeviceState at the start, where nothing is joined. */
  readonly state?: number;
  readonly stepMs?: number;
  readonly hasCheckpoints?: boolean;
  /** Whether a gateway that ended in the middle of an attempt has left one. */
  readonly leftCheckpoint?: boolean;
  readonly isReadOnly?: boolean;
  /** Name of a D-Bus error. */
  readonly refusal?: string;
}

const haste = 5;
const realAlarm = createRealAlarm(realClock);

/** Time that passes faster than it does, so that nobody waits for what waits. */
export const hastyTime: { readonly clock: Clock; readonly alarm: Alarm } = {
  clock: {
    wall: () => realClock.wall(),
    monotonic: () => monotonicMs(realClock.monotonic() * haste),
  },
  alarm: {
    ...realAlarm,
    at: (atMs, callback) => realAlarm.at(monotonicMs(atMs / haste), callback),
  },
};

const python = '/usr/bin/python3';

/** Why these tests cannot run here; false where they can. */
export const playersMissing: string | false = whyMissing();

function whyMissing(): string | false {
  if (spawnSync('dbus-daemon', ['--version']).status !== 0) return 'no dbus-daemon (apt install dbus)';
  const found = spawnSync(python, ['-c', 'import dbusmock, gi']);
  return found.status === 0 ? false : 'no dbusmock (apt install python3-dbusmock)';
}

const policy = `<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy>`;

/** A bus of its own, and services on it that are played. */
export class PlayedBus {
  readonly #folder = mkdtempSync(join(tmpdir(), 'egw-bus-'));
  readonly #children: ChildProcess[] = [];
  #daemon: ChildProcess | undefined;

  get address(): string {
    return `unix:path=${join(this.#folder, 'bus')}`;
  }

  async start(): Promise<void> {
    const file = join(this.#folder, 'bus.conf');
    writeFileSync(
      file,
      `<busconfig><type>system</type><listen>${this.address}</listen><auth>EXTERNAL</auth>${policy}</busconfig>`,
    );
    const daemon = spawn('dbus-daemon', [`--config-file=${file}`, '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#daemon = daemon;
    this.#children.push(daemon);
    await once(daemon.stdout, 'data');
  }

  /** A template of dbusmock: the name of a file beside this one. */
  play(template: string, parameters: object): ChildProcess {
    const file = join(import.meta.dirname, template);
    const words = ['--template', file, '--parameters', JSON.stringify(parameters)];
    return this.#spawn(['-m', 'dbusmock', ...words], 'ignore');
  }

  /** A script, by its path from here, until it says that it is ready. */
  async run(script: string, args: readonly string[]): Promise<void> {
    const child = this.#spawn([join(import.meta.dirname, script), ...args], 'pipe');
    if (child.stdout !== null) await once(child.stdout, 'data');
  }

  #spawn(args: readonly string[], stdout: 'ignore' | 'pipe'): ChildProcess {
    const child = spawn(python, args, {
      env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: this.address },
      stdio: ['ignore', stdout, 'inherit'],
    });
    this.#children.push(child);
    return child;
  }

  /** As somebody on the bus. */
  connect(): SystemBus {
    return new SystemBus({ ...hastyTime, address: this.address });
  }

  async kill(child: ChildProcess | undefined): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** The bus goes away under everybody. */
  async killBus(): Promise<void> {
    await this.kill(this.#daemon);
    rmSync(join(this.#folder, 'bus'), { force: true });
  }

  async stop(): Promise<void> {
    for (const child of this.#children) await this.kill(child);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const managerPath = '/org/freedesktop';
const mockInterface = 'org.freedesktop.DBus.Mock';

/** NetworkManager on a bus of its own, in a world that is told. */
export class PlayedManager {
  readonly mock = new PlayedBus();
  readonly bus: SystemBus;
  #child: ChildProcess | undefined;

  constructor() {
    this.bus = this.mock.connect();
  }

  async start(world: PlayedWorld): Promise<this> {
    await this.mock.start();
    await this.startManager(world);
    return this;
  }

  async startManager(world: PlayedWorld): Promise<void> {
    this.#child = this.mock.play('playing_manager.py', world);
    for (;;) {
      const owned = await this.bus
        .call({
          ...this.#own('org.freedesktop.DBus.Properties'),
          member: 'GetAll',
          signature: 's',
          body: [mockInterface],
        })
        .then(
          () => true,
          (error: unknown) =>
            !/ServiceUnknown|NameHasNoOwner/.test(String((error as { errorName?: string }).errorName)),
        );
      if (owned && (await this.#isPlaying())) return;
      await sleep(20);
    }
  }

  async killManager(): Promise<void> {
    await this.mock.kill(this.#child);
  }

  pauseManager(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Profiles that would be there after a restart: `name security key`. */
  async saved(): Promise<readonly string[]> {
    return await this.#list('SavedProfiles');
  }

  async profiles(): Promise<readonly string[]> {
    return await this.#list('AllProfiles');
  }

  async checkpoints(): Promise<readonly string[]> {
    return await this.#list('Checkpoints');
  }

  /** Somebody removes the profiles of that name. */
  async remove(ssid: string): Promise<void> {
    await this.bus.call({ ...this.#own(mockInterface), member: 'Remove', signature: 's', body: [ssid] });
  }

  async stop(): Promise<void> {
    this.bus.close();
    await this.mock.stop();
  }

  async #isPlaying(): Promise<boolean> {
    return await this.saved().then(
      () => true,
      () => false,
    );
  }

  async #list(member: string): Promise<readonly string[]> {
    const [found] = await this.bus.call({ ...this.#own(mockInterface), member });
    return found as readonly string[];
  }

  #own(name: string): { destination: string; path: string; interface: string } {
    return { destination: 'org.freedesktop.NetworkManager', path: managerPath, interface: name };
  }
}
