import type { Config } from './config/config.ts';
import { monotonicMs, type Alarm, type Cancel } from './core/clock.ts';
import type { Disk } from './core/disk.ts';
import { describeError, GatewayError } from './core/errors.ts';
import { noHostControl, type HostControl } from './core/host-control.ts';
import { noHostFacts, type HostFacts } from './core/host-facts.ts';
import type { Identity } from './core/identity.ts';
import type { LocalNetwork } from './core/local-network.ts';
import type { Logger } from './core/logger.ts';
import { noMachineSettings, type MachineSettings } from './core/machine-settings.ts';
import { noWireless } from './core/no-wireless.ts';
import type { PushButton } from './core/push-button.ts';
import type { StatusLight } from './core/status-light.ts';
import type { TlsKeeper } from './core/tls-identity.ts';
import type { WirelessNetworks } from './core/wireless.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { Access } from './features/access/access.ts';
import { pairedScopes } from './features/access/pairing.ts';
import type { BoundCommand } from './features/command.ts';
import { fingerprintOf } from './features/identity/gateway-name.ts';
import { publicKeyForms } from './features/identity/public-key-forms.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import type { NearbyDescription, NearbyDesk } from './features/nearby.ts';
import { followButton, type FollowedButton } from './features/provisioning/follow-button.ts';
import { JoiningDesk } from './features/provisioning/joining-desk.ts';
import { MachineStarts, shortStartMs } from './features/provisioning/machine-starts.ts';
import { bindOwningCommands } from './features/provisioning/owning-commands.ts';
import { pageAddresses, type ListeningPage } from './features/provisioning/page-addresses.ts';
import { bindProvisionCommands } from './features/provisioning/provision-commands.ts';
import {
  provisioningSection,
  provisioningSettings,
  type ProvisioningSettings,
} from './features/provisioning/provisioning-section.ts';
import { removeResetMarker, writeResetMarker } from './features/provisioning/reset-marker.ts';
import { SetupCode } from './features/provisioning/setup-code.ts';
import { SetupDesk } from './features/provisioning/setup-desk.ts';
import { SetupDoor } from './features/provisioning/setup-door.ts';
import { SetupIndicator } from './features/provisioning/setup-indicator.ts';
import { labelOf } from './features/provisioning/setup-label.ts';
import { bindWifiCommands } from './features/provisioning/wifi-commands.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Database } from './storage/store-calls.ts';

/** What setting up needs of the outside; where it is not given there is none of it. */
export interface ProvisioningOutside {
  readonly wireless?: WirelessNetworks;
  readonly machineSettings?: MachineSettings;
  readonly button?: PushButton;
  readonly light?: StatusLight;
  /** Of this run only unless given. */
  readonly setupCode?: SetupCode;
  /** Who has asked for the reset that this start ends, when it does. */
  readonly resetBy?: string;
  /** This start of the machine, unique for ever; absent where the machine does not tell. */
  readonly machineStart?: string;
}

interface Parts extends ProvisioningOutside {
  readonly config: Pick<Config, 'features' | 'site'>;
  readonly configPort: { set(setting: string, value: unknown): Promise<unknown> };
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly disk: Disk;
  readonly dataDirectory: string;
  readonly lan: LocalNetwork;
  readonly database: Pick<Database, 'call'>;
  readonly version: { readonly version: string };
  readonly tls?: TlsKeeper;
  readonly hostFacts?: HostFacts;
  readonly hostControl?: HostControl;
}

interface Beside {
  readonly identity: Identity;
  readonly access: Access;
  /** Where the page is listened for now. */
  readonly listening: () => readonly ListeningPage[];
  /** Somebody owns the gateway from now on. */
  readonly owned: () => void;
}

/** For whoever is at the console, while nobody owns the gateway. */
export interface FirstWayIn {
  readonly pairingCode: string | undefined;
  /** The QR code of the label: rows of `0` and `1`; empty when somebody owns it. */
  readonly setupQr: readonly string[];
}

/** Setting up by somebody nearby, put together. */
export interface ProvisioningKeeping {
  readonly desk: NearbyDesk;
  readonly joining: JoiningDesk;
  readonly wireless: WirelessNetworks;
  readonly commands: readonly BoundCommand[];
  readonly health: HealthSource;
  readonly tasks: readonly TaskDefinition[];
  /** Where the radio asks. */
  readonly socketPath: string;
  /** Why the radio cannot ask, for the health lines. */
  socketFailed(error: unknown): void;
  /** After access was loaded. */
  start(): Promise<FirstWayIn>;
  /** Never throws. */
  stop(): Promise<void>;
}

/** What has been put together so far. */
interface Setup {
  readonly parts: Parts;
  readonly beside: Beside;
  readonly settings: ProvisioningSettings;
  readonly code: SetupCode;
  readonly door: SetupDoor;
  readonly desk: SetupDesk;
  readonly joining: JoiningDesk;
  readonly wireless: WirelessNetworks;
  readonly indicator: SetupIndicator;
  readonly button: () => FollowedButton | undefined;
}

/** A reset waits so long that its answer still arrives. */
const resetInMs = 1_500;

export function createProvisioningKeeping(parts: Parts, beside: Beside): ProvisioningKeeping {
  const { clock, alarm, logger, disk, dataDirectory, light, button } = parts;
  const settings = provisioningSettings(parts.config.features[provisioningSection.key]);
  const isOwned = (): boolean => beside.access.hasOwner();
  const code = parts.setupCode ?? new SetupCode({ disk, path: undefined, labelled: settings.code });
  const wireless = parts.wireless ?? noWireless;
  const joining = new JoiningDesk({ wireless, clock, alarm, logger });
  const ways = { improv: settings.improv, ancestor: settings.ancestor };
  const door = new SetupDoor({ clock, alarm, disk, path: `${dataDirectory}/setup-door.json`, isOwned, ways });
  const { identity, access } = beside;
  const desk = new SetupDesk({
    ...{ clock, alarm, identity, code, door, joining, security: access.security },
    describe: () => describe(parts, identity, settings),
  });
  const indicator = new SetupIndicator({
    ...{ clock, alarm, light },
    facts: () => ({ door: door.door().state, hasSession: desk.hasSession, joining: joining.last }),
  });
  let followed: FollowedButton | undefined;
  let socketProblem: HealthNote | undefined;
  const setup = { parts, beside, settings, code, door, desk, joining, wireless, indicator };
  const whole: Setup = { ...setup, button: () => followed };
  const cancels: Cancel[] = [];
  return {
    ...{ desk, joining, wireless, tasks: [] },
    commands: commandsOf(whole),
    health: () => [...notesOf(whole), ...(socketProblem === undefined ? [] : [socketProblem])],
    socketPath: settings.socket ?? `${dataDirectory}/provision.sock`,
    socketFailed: (error) => {
      socketProblem = socketNote(error);
    },
    start: async () => {
      await endReset(whole);
      cancels.push(...follow(whole));
      followed =
        button &&
        followButton(button, { clock, alarm }, (gesture) => {
          if (gesture === 'touch') door.send('touched');
        });
      cancels.push(noteStart(whole));
      indicator.look();
      if (isOwned()) {
        code.settle();
        return { pairingCode: undefined, setupQr: [] };
      }
      code.offer();
      const { qr } = labelOf(code, fingerprintOf(identity.publicKey), settings.page);
      return { pairingCode: access.pairing.openUntilUsed(code.forPeople), setupQr: qr };
    },
    stop: async () => {
      for (const cancel of cancels) cancel();
      followed?.close();
      button?.close();
      desk.close();
      door.close();
      await joining.close();
      indicator.close();
      light?.close();
      await wireless.close().catch((error: unknown) => {
        logger.warn({ reason: describeError(error) }, 'the wireless networks were not let go in good order');
      });
    },
  };
}

/** Forgets the wireless networks and says in the new log that there was a reset; then it is over. Never throws. */
async function endReset({ parts, wireless }: Setup): Promise<void> {
  const { resetBy, disk, dataDirectory, database, clock, logger } = parts;
  if (resetBy === undefined) return;
  const failed = (what: string) => (error: unknown) =>
    logger.error({ reason: describeError(error) }, `after a reset: ${what}`);
  await wireless.forgetAll().catch(failed('the wireless networks are not forgotten'));
  const event = {
    kind: 'setup.reset',
    origin: 'local',
    detail: `all but the key was forgotten, as ${resetBy} asked`,
  };
  await database
    .call('noteSecurityEvent', { ...event, atMs: clock.wall() })
    .catch(failed('the security log does not say so'));
  try {
    removeResetMarker(disk, dataDirectory);
  } catch (error) {
    failed('the next start does it again')(error);
  }
}

/** What goes on between the parts. */
function follow({ beside, code, door, desk, joining, indicator }: Setup): readonly Cancel[] {
  const { access } = beside;
  let wasOwned = access.hasOwner();
  return [
    access.onAdmitted(() => {
      if (!wasOwned) {
        wasOwned = true;
        code.settle(!access.pairing.state().open);
        access.pairing.close();
        beside.owned();
      }
      door.look();
    }),
    door.onDoor(() => indicator.look()),
    desk.onSession(() => indicator.look()),
    joining.onChange((change) => {
      desk.joined(change);
      indicator.look();
    }),
  ];
}

/** Switching the machine off and on is a touch, too: once where nobody owns it, three times in a row else. */
function noteStart({ parts, beside, door }: Setup): Cancel {
  const { clock, alarm, disk, dataDirectory, machineStart, logger } = parts;
  if (machineStart === undefined) return () => undefined;
  const starts = new MachineStarts(disk, `${dataDirectory}/machine-starts.json`);
  const { isPowerCycle, isGesture } = starts.started(machineStart);
  if (isGesture || (isPowerCycle && !beside.access.hasOwner())) {
    door.send('touched');
    logger.info({ isGesture }, 'the machine was switched off and on: somebody nearby may set the gateway up');
  }
  return alarm.at(monotonicMs(clock.monotonic() + shortStartMs), () => starts.lasted());
}

function describe(parts: Parts, identity: Identity, settings: ProvisioningSettings): NearbyDescription {
  const { gatewayId, serial, publicKey, algorithm } = identity;
  const interfaces = (parts.hostFacts ?? noHostFacts).interfaces();
  const macOf = (wanted: 'ethernet' | 'wifi'): string | null =>
    interfaces.find(({ kind, mac }) => kind === wanted && mac !== undefined)?.mac ?? null;
  return {
    ...{ gatewayId, serial, fingerprint: fingerprintOf(publicKey) },
    name: parts.config.site.name,
    version: parts.version.version,
    publicKey: Buffer.from(publicKey).toString('hex'),
    compactKey: publicKeyForms(algorithm, publicKey).compactKey,
    macs: { ethernet: macOf('ethernet'), wifi: macOf('wifi') },
    can: [
      ...(parts.light === undefined ? [] : (['identify'] as const)),
      ...(parts.wireless === undefined ? [] : (['scan'] as const)),
      ...(parts.machineSettings === undefined ? [] : (['set-name'] as const)),
    ],
    ...{ improv: settings.improv, ancestor: settings.ancestor },
  };
}

function commandsOf(setup: Setup): readonly BoundCommand[] {
  const { parts, beside, settings, code, door, desk, joining, wireless, indicator } = setup;
  const { identity, access } = beside;
  const { config, clock, alarm, disk, dataDirectory, lan, tls } = parts;
  const hostFacts = parts.hostFacts ?? noHostFacts;
  const { gatewayId, algorithm } = identity;
  return [
    ...bindWifiCommands({ wireless, joining }),
    ...bindProvisionCommands({
      about: { gatewayId, algorithm, name: config.site.name, version: parts.version.version },
      isOwned: () => access.hasOwner(),
      time: clock,
      ...{ hostFacts, wireless, joining, door, radio: desk },
      machineSettings: parts.machineSettings ?? noMachineSettings,
      pages: () =>
        pageAddresses(beside.listening(), lan.attached(), {
          hostName: hostFacts.hostName(),
          fingerprint: tls?.current.isSelfMade === true ? tls.current.fingerprint : undefined,
        }),
      identify: () => indicator.identify(),
      nameSite: async (name) => await parts.configPort.set('site.name', name),
    }),
    ...bindOwningCommands({
      ...{ gatewayId, pairedScopes, door },
      ...{ admit: access.admit, security: access.security },
      endSession: () => desk.endSession(),
      label: () => labelOf(code, fingerprintOf(identity.publicKey), settings.page),
      isHeldForReset: () => setup.button()?.isHeldForReset() === true,
      reset: (by) => {
        const control = parts.hostControl ?? noHostControl;
        if (control === noHostControl) throw cannotStartAgain();
        writeResetMarker(disk, dataDirectory, { by });
        alarm.at(monotonicMs(clock.monotonic() + resetInMs), () => control.restart());
      },
    }),
  ];
}

function cannotStartAgain(): GatewayError {
  return new GatewayError('service_manager_missing', 'nothing here can start the gateway again', {
    hint: 'stop it, and reset it with: egw factory-reset',
  });
}

function notesOf({ parts, code, door }: Setup): readonly HealthNote[] {
  const notes: HealthNote[] = [];
  const note = (subject: string, message: string, hint: string): void =>
    void notes.push({ subject, status: 'degraded', message, hint });
  const { button, light } = parts;
  const buttonProblem = button?.problem();
  const lightProblem = light?.problem();
  if (buttonProblem !== undefined) note('button', buttonProblem.message, buttonProblem.hint);
  if (lightProblem !== undefined) note('light', lightProblem.message, lightProblem.hint);
  if (code.problem !== undefined)
    note(
      'setup-code',
      `the set-up code is of this run only: ${code.problem}`,
      'let the data directory be written',
    );
  if (door.problem !== undefined)
    note(
      'setup-door',
      `wrong set-up codes are counted in this run only: ${door.problem}`,
      'see what is said of the disk',
    );
  return notes;
}

function socketNote(error: unknown): HealthNote {
  const hint = error instanceof GatewayError ? `${error.hint}; or ` : '';
  return {
    subject: 'setup-socket',
    status: 'degraded',
    message: `the Bluetooth service cannot ask the gateway: ${describeError(error)}`,
    hint: `${hint}say another place with provisioning.socket`,
  };
}
