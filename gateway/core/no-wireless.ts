import { GatewayError } from './errors.ts';
import type { WirelessNetworks } from './wireless.ts';

const refuse = (): Promise<never> =>
  Promise.reject(
    new GatewayError('wifi_missing', 'nothing here can join wireless networks', {
      hint: 'connect it by cable, or join with the means of the machine',
    }),
  );

/** Of a machine whose radio nobody can be asked for, as in a simulation. */
export const noWireless: WirelessNetworks = {
  state: refuse,
  scan: refuse,
  join: refuse,
  leave: refuse,
  forgetAll: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
