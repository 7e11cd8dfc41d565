import type { JoiningFailure, WirelessWish } from '../../core/wireless.ts';
import { hexOf, type AccessPoint } from './access-points.ts';
import type { WirelessProfile } from './manager-objects.ts';
import { paths } from './names.ts';
import type { ProfileSecurity } from './wireless-profile.ts';

/** How to join what was asked for, from what is in the air and what is known; or why that cannot be. */
export type NetworkChoice =
  | { readonly how: 'known'; readonly profilePath: string; readonly accessPointPath: string }
  | {
      readonly how: 'anew';
      readonly security: ProfileSecurity;
      readonly hasSae: boolean;
      readonly accessPointPath: string;
    }
  | { readonly how: 'not'; readonly failure: JoiningFailure; readonly detail: string };

export interface Heard {
  /** Of any name. */
  readonly points: readonly AccessPoint[];
  readonly profiles: readonly WirelessProfile[];
}

/**
 * Pure. With a password only networks that take one are joined: an open one of the same name may be somebody else's.
 * A network that hides its name from every look is believed to be WPA2 or WPA3 where a password is given.
 */
export function chooseNetwork(wish: WirelessWish, { points, profiles }: Heard): NetworkChoice {
  const name = hexOf(wish.ssidBytes);
  const own = points
    .filter(({ ssid }) => hexOf(ssid) === name)
    .sort((one, other) => other.strengthPct - one.strengthPct);
  const profile = profiles.find(({ ssid }) => hexOf(ssid) === name);
  if (wish.password !== undefined) return chooseByPassword(own, wish);
  const accessPointPath = own[0]?.path ?? paths.none;
  if (profile !== undefined && (own.length > 0 || wish.isHidden))
    return { how: 'known', profilePath: profile.path, accessPointPath };
  return chooseOpen(own, wish);
}

function chooseByPassword(own: readonly AccessPoint[], wish: WirelessWish): NetworkChoice {
  const taking = own.find(({ security }) => security === 'wpa-psk' || security === 'sae');
  if (taking !== undefined) {
    const security = taking.security === 'sae' ? 'sae' : 'wpa-psk';
    // Where one of its access points has SAE, all may be asked for it one day.
    const hasSae = own.some((point) => point.hasSae);
    return { how: 'anew', security, hasSae, accessPointPath: taking.path };
  }
  const [other] = own;
  if (other === undefined && wish.isHidden)
    return { how: 'anew', security: 'wpa-psk', hasSae: true, accessPointPath: paths.none };
  if (other === undefined) return notFound;
  if (other.security === 'open' || other.security === 'owe') {
    const detail = 'the network of that name here takes no password; leave the password out if it is meant';
    return { how: 'not', failure: 'wifi_failed', detail };
  }
  return unsupported(other);
}

function chooseOpen(own: readonly AccessPoint[], wish: WirelessWish): NetworkChoice {
  const open = own.find(({ security }) => security === 'open' || security === 'owe');
  if (open !== undefined) {
    const security = open.security === 'owe' ? 'owe' : 'open';
    return { how: 'anew', security, hasSae: false, accessPointPath: open.path };
  }
  const [other] = own;
  if (other === undefined && wish.isHidden)
    return { how: 'anew', security: 'open', hasSae: false, accessPointPath: paths.none };
  if (other === undefined) return notFound;
  if (other.security === 'wpa-psk' || other.security === 'sae')
    return { how: 'not', failure: 'wifi_password_wrong', detail: 'it wants a password, and none was given' };
  return unsupported(other);
}

const notFound: NetworkChoice = {
  how: 'not',
  failure: 'wifi_network_not_found',
  detail: 'no access point of that name was heard',
};

function unsupported({ security }: AccessPoint): NetworkChoice {
  return { how: 'not', failure: 'wifi_security_unsupported', detail: `it is kept by ${security}` };
}
