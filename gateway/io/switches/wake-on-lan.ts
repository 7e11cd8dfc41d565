import { GatewayError } from '../../core/errors.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { magicPacket, magicPacketFields } from './magic-packet.ts';
import type { PowerSwitch, SwitchDefinition, SwitchPorts } from './switch.ts';

/** A machine that sleeps or is off, and listens for its magic packet. It says nothing, and cannot be switched off so. */
export const wakeOnLan: SwitchDefinition = {
  id: 'wake-on-lan',
  title: 'Wake-on-LAN: switches on by a magic packet',
  source:
    'AMD, Magic Packet Technology, white paper 20213; SecureOn: National Semiconductor, DP83815 datasheet',
  options: magicPacketFields,
  timeoutMs: 5_000,
  positions: () => ['on'],
  isRepeatSafe: true,
  open: (options, ports) => wakeSwitch(options, ports),
};

function wakeSwitch(options: OptionValues, ports: SwitchPorts): PowerSwitch {
  const wake = wakeUp(options, ports);
  return {
    turn: async (position, signal) => {
      if (position === 'off')
        throw new GatewayError('switch_refused', 'a magic packet only switches on', {
          hint: 'use a switch of the kind proxmox, tasmota-relay or command to switch off as well',
        });
      await wake(signal);
    },
    position: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

/** Sends the packet, once. Errors: `config_invalid`, at once; those of datagrams, when it is sent. */
export function wakeUp(
  options: OptionValues,
  { datagrams }: Pick<SwitchPorts, 'datagrams'>,
): (signal: AbortSignal) => Promise<void> {
  const bytes = magicPacket(options);
  const [host, port] = [String(options['broadcast']), Number(options['port'])];
  if (host.split('.').some((number) => Number(number) > 255))
    throw new GatewayError('config_invalid', `the setting broadcast is no address: ${host}`, {
      hint: 'give four numbers from 0 to 255 with dots, such as 192.168.1.255',
      facts: { option: 'broadcast' },
    });
  return async (signal) => await datagrams.send({ bytes, host, port, isBroadcast: true, signal });
}
