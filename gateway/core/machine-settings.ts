import { GatewayError } from './errors.ts';

/**
 * What the machine lets be changed by its own services (org.freedesktop.timedate1, org.freedesktop.hostname1). Errors:
 * `service_manager_missing` where nobody can be asked; `service_failed` where it is not allowed, or not done.
 */
export interface MachineSettings {
  /** UTC epoch ms. Refused by the machine while a time service sets its clock. */
  setTime(ms: number): Promise<void>;
  /** RFC 1123: letters, digits and dashes; from now on, and after a restart of the machine. */
  setHostName(name: string): Promise<void>;
}

/** Where nothing of that can be done, as in a simulation. */
export const noMachineSettings: MachineSettings = {
  setTime: () => Promise.reject(refused('set the clock of the machine')),
  setHostName: () => Promise.reject(refused('name the machine')),
};

function refused(what: string): GatewayError {
  return new GatewayError('service_manager_missing', `nothing here can ${what}`, {
    hint: 'do it with the means of the machine',
  });
}
