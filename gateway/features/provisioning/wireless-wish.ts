import { GatewayError } from '../../core/errors.ts';
import type { WirelessNetwork, WirelessWish } from '../../core/wireless.ts';

/** A network as somebody types it. */
export interface TypedWish {
  readonly ssid: string;
  readonly password?: string | undefined;
  readonly isHidden?: boolean | undefined;
}

const ssidBytesMax = 32;
const replacement = '\u{fffd}';

/**
 * The same in bytes. A name that was shown with U+FFFD stands for the network of the last scan that was shown so.
 * An empty password is none. Errors: `input_invalid`, which never repeats the password.
 */
export function wishOf(typed: TypedWish, seen: readonly WirelessNetwork[]): WirelessWish {
  const shown = typed.ssid.includes(replacement)
    ? seen.find(({ ssid }) => ssid === typed.ssid)?.ssidBytes
    : undefined;
  const ssidBytes = shown ?? new TextEncoder().encode(typed.ssid);
  if (ssidBytes.length === 0 || ssidBytes.length > ssidBytesMax) {
    throw new GatewayError(
      'input_invalid',
      `the name of the network has ${ssidBytes.length} bytes in UTF-8`,
      {
        hint: 'it has 1 to 32',
      },
    );
  }
  const password = typed.password === '' ? undefined : typed.password;
  if (password !== undefined && !isPassphrase(password)) {
    throw new GatewayError('input_invalid', 'no wireless network can have that password', {
      hint: 'it has 8 to 63 characters (63 bytes in UTF-8 at most), or is a key of 64 hex digits',
    });
  }
  return { ssidBytes, password, isHidden: typed.isHidden === true };
}

/** Control characters cannot be typed at a router; a line feed would end the password there. */
function isPassphrase(password: string): boolean {
  if (/^[0-9A-Fa-f]{64}$/.test(password)) return true;
  const bytes = new TextEncoder().encode(password).length;
  return bytes >= 8 && bytes <= 63 && !/[\u0000-\u001f\u007f]/.test(password);
}

/** Whether both ask for the same. */
export function isSameWish(one: WirelessWish, other: WirelessWish): boolean {
  return (
    one.password === other.password &&
    one.isHidden === other.isHidden &&
    one.ssidBytes.length === other.ssidBytes.length &&
    one.ssidBytes.every((byte, index) => byte === other.ssidBytes[index])
  );
}
