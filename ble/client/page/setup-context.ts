import type { Clock } from '../../clock.ts';
import type { ReachableNetwork } from '../gateway-status.ts';
import type { NetworkWish } from '../join-network.ts';
import type { SetupClient } from '../setup-client.ts';
import type { SetupLabel } from '../setup-label.ts';
import type { BluetoothPeripheral } from './web-bluetooth.ts';
import type { Wizard } from './wizard.ts';

/** The screens, each of which leads to others. */
export interface Screens {
  find(problem?: unknown): void;
  /** With a device that was chosen. */
  check(device: BluetoothPeripheral): void;
  networks(): Promise<void>;
  password(asked: AskedNetwork): void;
  join(wish: NetworkWish, network: ReachableNetwork | undefined): Promise<void>;
  pair(): void;
  done(token: string): Promise<void>;
}

/** What a password is asked for; undefined: a network that does not say its name. */
export interface AskedNetwork {
  readonly network: ReachableNetwork | undefined;
  /** What was typed before, to be corrected. */
  readonly wish?: NetworkWish;
}

/** What the screens have in common. */
export interface SetupContext {
  readonly wizard: Wizard;
  readonly clock: Clock;
  readonly go: Screens;
  /** From the address, the camera, or the keyboard. */
  label: SetupLabel | undefined;
  /** Of the gateway that was chosen, once its code was right. */
  client: SetupClient | undefined;
}

/** Screens after the check have it. */
export function clientOf({ client, go }: SetupContext): SetupClient | undefined {
  if (client === undefined) go.find();
  return client;
}
