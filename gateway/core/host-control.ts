import { GatewayError } from './errors.ts';

/** What the gateway can do to the machine and to its own process. */
export interface HostControl {
  /**
   * Resolves when the machine has begun to go down. Errors: `service_manager_missing` where nobody can be asked for it;
   * `service_failed` where it is not allowed.
   */
  reboot(): Promise<void>;
  /** Stops in good order and starts again, with the configuration as it is then. Returns at once. */
  restart(): void;
  /** Stops in good order, and the process ends; what waits is kept. Returns at once. */
  stop(): void;
}

/** Where nothing of that can be done, as in a simulation. */
export const noHostControl: HostControl = {
  reboot: () => Promise.reject(refused('reboot the machine')),
  restart: () => {
    throw refused('start itself again');
  },
  stop: () => {
    throw refused('stop itself');
  },
};

function refused(what: string): GatewayError {
  return new GatewayError('service_manager_missing', `nothing here can ${what}`, {
    hint: 'do it with what started the gateway',
  });
}
