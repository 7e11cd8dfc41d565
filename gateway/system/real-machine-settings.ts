import { GatewayError } from '../core/errors.ts';
import type { MachineSettings } from '../core/machine-settings.ts';
import { BusError, type BusCall, type SystemBus } from './system-bus.ts';

/** systemd of the machine answers these names, also where the service behind it has to be started first. */
const clockService = {
  destination: 'org.freedesktop.timedate1',
  path: '/org/freedesktop/timedate1',
  interface: 'org.freedesktop.timedate1',
};
const nameService = {
  destination: 'org.freedesktop.hostname1',
  path: '/org/freedesktop/hostname1',
  interface: 'org.freedesktop.hostname1',
};

const absent = /\.(FileNotFound|NameHasNoOwner|ServiceUnknown|Spawn\..*|UnknownObject)$/;
const forbidden = /\.(AccessDenied|InteractiveAuthorizationRequired|PermissionDenied)$/;

/** org.freedesktop.timedate1(5) and hostname1(5), whose rules say who may. */
export function createRealMachineSettings(bus: SystemBus): MachineSettings {
  const told = async (what: string, call: BusCall): Promise<void> => {
    try {
      await bus.call(call);
    } catch (error) {
      throw refusalOf(what, error);
    }
  };
  return {
    setTime: async (ms) => {
      // Microseconds; absolute; nobody is asked for a password.
      const body = [ms * 1_000, false, false];
      await told('the clock', { ...clockService, member: 'SetTime', signature: 'xbb', body });
    },
    setHostName: async (name) => {
      const body = [name, false];
      await told('the name', { ...nameService, member: 'SetStaticHostname', signature: 'sb', body });
    },
  };
}

function refusalOf(what: string, error: unknown): unknown {
  if (!(error instanceof BusError)) return error;
  const { errorName, message, hint } = error;
  if (errorName === '' || absent.test(errorName)) {
    const detail = hint === undefined ? ' (in a container share /run/dbus of the machine)' : '';
    return new GatewayError('service_manager_missing', `nothing here can set ${what} of the machine`, {
      hint: `${hint ?? 'let systemd of the machine be asked'}${detail}`,
      cause: error,
    });
  }
  if (errorName.endsWith('.AutomaticTimeSyncEnabled')) {
    return new GatewayError('service_failed', 'the clock of the machine is set by a time service', {
      hint: 'it sets itself once the machine is online; by hand only after: timedatectl set-ntp false',
      cause: error,
    });
  }
  if (forbidden.test(errorName)) {
    return new GatewayError('service_failed', `the machine does not let this user set ${what}`, {
      hint: 'allow it the user of the gateway by polkit, or run the gateway as root',
      cause: error,
    });
  }
  return new GatewayError('service_failed', `${what} of the machine was not set: ${message.slice(0, 300)}`, {
    hint: 'try again; journalctl says more',
    cause: error,
  });
}
