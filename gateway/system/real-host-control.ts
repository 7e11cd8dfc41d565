import { GatewayError } from '../core/errors.ts';
import type { HostControl } from '../core/host-control.ts';
import { commandLineOf, type Programs } from '../core/programs.ts';

/**
 * org.freedesktop.login1(5): its rules say who may restart the machine, and it tells all programs before. `busctl` finds
 * the bus of the machine by DBUS_SYSTEM_BUS_ADDRESS, as in a container.
 */
const reboot = {
  program: 'busctl',
  args: [
    '--system',
    'call',
    'org.freedesktop.login1',
    '/org/freedesktop/login1',
    'org.freedesktop.login1.Manager',
    'Reboot',
    'b',
    'false',
  ],
};
const noProgram = 127;

export function createRealHostControl(
  programs: Programs,
  process: Pick<HostControl, 'restart' | 'stop'>,
): HostControl {
  return {
    reboot: async () => {
      const { exitCode, errors } = await programs.run(reboot);
      if (exitCode === 0) return;
      if (exitCode === noProgram) {
        throw new GatewayError('service_manager_missing', 'nothing here can reboot the machine: no busctl', {
          hint: 'in a container give it the bus of its machine, and the package systemd',
        });
      }
      const answer = errors.trim().slice(0, 300);
      throw new GatewayError('service_failed', `the machine does not reboot: ${answer}`, {
        hint: `the user of the gateway must be allowed to: ${commandLineOf(reboot)}`,
      });
    },
    ...process,
  };
}
