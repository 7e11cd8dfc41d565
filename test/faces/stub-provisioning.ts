import { silentLogger } from '../../gateway/core/logger.ts';
import type { MachineSettings } from '../../gateway/core/machine-settings.ts';
import { noWireless } from '../../gateway/core/no-wireless.ts';
import type { Access } from '../../gateway/features/access/access.ts';
import { pairedScopes } from '../../gateway/features/access/pairing.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { fingerprintOf } from '../../gateway/features/identity/gateway-name.ts';
import { JoiningDesk } from '../../gateway/features/provisioning/joining-desk.ts';
import { bindOwningCommands } from '../../gateway/features/provisioning/owning-commands.ts';
import { bindProvisionCommands } from '../../gateway/features/provisioning/provision-commands.ts';
import { SetupCode } from '../../gateway/features/provisioning/setup-code.ts';
import { SetupDoor } from '../../gateway/features/provisioning/setup-door.ts';
import { labelOf } from '../../gateway/features/provisioning/setup-label.ts';
import { SimulatedDisk } from '../../sim/simulated-disk.ts';
import { createSimulatedSigner } from '../../sim/simulated-signer.ts';
import type { ManualTime } from './manual-time.ts';
import { stubHostFacts } from './stub-host.ts';

const machineSettings: MachineSettings = {
  setTime: () => Promise.resolve(),
  setHostName: () => Promise.resolve(),
};

/** The commands of setting up: a gateway with a label, on a cable, whose clock is not set. */
export function stubProvisioningCommands(
  time: ManualTime,
  access: Access,
  gatewayId: string,
): readonly BoundCommand[] {
  const disk = new SimulatedDisk();
  const isOwned = (): boolean => access.hasOwner();
  const ways = { improv: false, ancestor: false };
  const door = new SetupDoor({ clock: time, alarm: time, disk, path: undefined, isOwned, ways });
  const code = new SetupCode({ disk, path: undefined, labelled: '7K3M-9QXC-41TZ-HW0E' });
  const wireless = noWireless;
  const joining = new JoiningDesk({ wireless, clock: time, alarm: time, logger: silentLogger });
  return [
    ...bindProvisionCommands({
      about: { gatewayId, name: 'Home', version: '1.2.3', algorithm: 'Ed25519' },
      isOwned,
      time: { state: 'unset', wall: () => time.wall(), believe: () => true },
      ...{ hostFacts: stubHostFacts, machineSettings, wireless, joining, door },
      radio: { hasRadio: true, hasSession: false },
      pages: () => ({ addresses: ['http://192.168.1.50:8080'], fingerprint: null, isLocalOnly: false }),
      identify: () => true,
      nameSite: (name) => Promise.resolve(name),
    }),
    ...bindOwningCommands({
      ...{ gatewayId, pairedScopes, door, admit: access.admit, security: access.security },
      endSession: () => undefined,
      label: () => labelOf(code, fingerprintOf(createSimulatedSigner().publicKey), undefined),
      isHeldForReset: () => false,
      reset: () => undefined,
    }),
  ];
}
