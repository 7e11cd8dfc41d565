import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';

/** Settings of a machine that a magic packet wakes. */
export const magicPacketFields = {
  mac: {
    type: 'text',
    description: 'Address of its network card: bc:24:11:0a:0b:0c.',
    pattern: '^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}$',
    max: 17,
  },
  broadcast: {
    type: 'text',
    description:
      'Where the packet is sent to: the broadcast address of its subnet, such as 192.168.1.255; by default every private subnet that this machine is attached to.',
    default: '255.255.255.255',
    pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$',
  },
  port: { type: 'integer', description: 'UDP port; 7 is usual too.', default: 9, min: 1, max: 65_535 },
  secureOn: {
    type: 'text',
    description:
      'The SecureOn password, where the card has one: six bytes as of a mac, or four numbers with dots.',
    isOptional: true,
    isSecret: true,
    pattern: '^([0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}|[0-9]{1,3}(\\.[0-9]{1,3}){3})$',
    max: 17,
  },
} as const satisfies OptionFields;

const macRepeats = 16;

/**
 * What wakes a machine: six times FF, 16 times its address, and the SecureOn password where there is one. AMD, Magic
 * Packet Technology, white paper 20213. Errors: `config_invalid` naming the option.
 */
export function magicPacket({ mac, secureOn }: OptionValues): Uint8Array {
  const address = hexBytes(String(mac));
  // The lowest bit of the first byte says that it is of a group (IEEE 802, 8.2).
  if (address.every((byte) => byte === 0) || ((address[0] ?? 0) & 1) === 1)
    throw invalid('mac', 'is of no network card', 'give the address that the machine itself shows');
  const password = secureOn === undefined ? [] : passwordBytes(String(secureOn));
  return Uint8Array.from([
    ...Array.from({ length: 6 }, () => 0xff),
    ...Array.from({ length: macRepeats }, () => address).flat(),
    ...password,
  ]);
}

function passwordBytes(text: string): readonly number[] {
  if (!text.includes('.')) return hexBytes(text);
  const numbers = text.split('.').map(Number);
  if (numbers.some((number) => number > 255))
    throw invalid('secureOn', 'has a number above 255', 'give four numbers from 0 to 255 with dots');
  return numbers;
}

function hexBytes(text: string): number[] {
  return [...Buffer.from(text.replaceAll(/[:-]/g, ''), 'hex')];
}

/** The text is not quoted: it may be a secret. */
function invalid(option: string, why: string, hint: string): GatewayError {
  return new GatewayError('config_invalid', `the setting ${option} ${why}`, { hint, facts: { option } });
}
