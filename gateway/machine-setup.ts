import { join } from 'node:path';
import type { Config } from './config/config.ts';
import type { Alarm, Clock } from './core/clock.ts';
import type { Logger } from './core/logger.ts';
import type { Programs } from './core/programs.ts';
import { provisioningSection, provisioningSettings } from './features/provisioning/provisioning-section.ts';
import { SetupCode, setupCodeName } from './features/provisioning/setup-code.ts';
import type { ProvisioningOutside } from './provisioning-keeping.ts';
import { openMachineBus } from './system/open-machine-bus.ts';
import { realDisk } from './system/real-disk.ts';
import { machineStart } from './system/real-machine-clock.ts';
import { createRealPushButton } from './system/real-push-button.ts';
import { createRealStatusLight } from './system/real-status-light.ts';

interface Ports {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly programs: Programs;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What is on the label of this machine. A medium that takes no file stops nothing. */
export function openSetupCode(config: Pick<Config, 'features'>, dataDirectory: string): SetupCode {
  const { code: labelled } = provisioningSettings(config.features[provisioningSection.key]);
  return new SetupCode({ disk: realDisk, path: join(dataDirectory, setupCodeName), labelled });
}

/** Networks, clock, button and light of this machine. But for the button nothing is asked before it is needed. */
export function openMachineSetup(config: Pick<Config, 'features'>, ports: Ports): ProvisioningOutside {
  const { button, light } = provisioningSettings(config.features[provisioningSection.key]);
  const start = machineStart();
  return {
    ...openMachineBus(ports),
    ...(button !== undefined && { button: createRealPushButton(button, { ...ports, arch: process.arch }) }),
    ...(light !== undefined && { light: createRealStatusLight(light, ports) }),
    ...(start !== undefined && { machineStart: start }),
  };
}
