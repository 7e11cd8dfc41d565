import type { JoiningFailure } from '../../core/wireless.ts';
import { deviceStates, reasons } from './names.ts';

/** What is known of an attempt when it has failed. */
export interface FailedActivation {
  /** The furthest state that the device has come to, of NMDeviceState. */
  readonly reached: number;
  /** NMDeviceStateReason; undefined where it was not the device that ended it, but time. */
  readonly reason: number | undefined;
  readonly hasPassword: boolean;
}

const passwordReasons: ReadonlySet<number> = new Set([
  reasons.noSecrets,
  reasons.supplicantDisconnect,
  reasons.supplicantConfigFailed,
  reasons.supplicantFailed,
]);
const addressReasons: ReadonlySet<number> = new Set([
  reasons.ipConfigUnavailable,
  reasons.ipConfigExpired,
  reasons.dhcpStartFailed,
  reasons.dhcpError,
  reasons.dhcpFailed,
  reasons.autoIpStartFailed,
  reasons.autoIpError,
  reasons.autoIpFailed,
  reasons.addressDuplicate,
]);
const lossReasons: ReadonlySet<number> = new Set([
  reasons.supplicantDisconnect,
  reasons.supplicantFailed,
  reasons.supplicantTimeout,
  reasons.ssidNotFound,
]);

/**
 * Why, in terms of what a person can do. A wrong password is told by the supplicant in several ways: WPA2's four-way
 * handshake fails, so NetworkManager asks for another password, and nobody gives one (`no-secrets`); of SAE the access
 * point just ends it (`supplicant-disconnect`).
 */
export function joiningFailure({ reached, reason, hasPassword }: FailedActivation): JoiningFailure {
  if (reason === undefined) return failureByTime(reached);
  if (addressReasons.has(reason)) return 'wifi_no_address';
  if (lossReasons.has(reason) && reached >= deviceStates.ipConfig) return 'wifi_lost';
  if (reason === reasons.ssidNotFound) return 'wifi_network_not_found';
  if (passwordReasons.has(reason)) return hasPassword ? 'wifi_password_wrong' : 'wifi_failed';
  if (reason === reasons.supplicantTimeout) return 'wifi_timeout';
  return 'wifi_failed';
}

function failureByTime(reached: number): JoiningFailure {
  const isWaitingForAddress = reached >= deviceStates.ipConfig && reached < deviceStates.activated;
  return isWaitingForAddress ? 'wifi_no_address' : 'wifi_timeout';
}

const words: ReadonlyMap<number, string> = new Map([
  [reasons.firmwareMissing, 'the adapter lacks its firmware'],
  [reasons.removed, 'the adapter was taken out'],
  [reasons.sleeping, 'the machine went to sleep'],
  [reasons.connectionRemoved, 'somebody removed the profile'],
  [reasons.userRequested, 'somebody ended it at the machine'],
  [reasons.newActivation, 'somebody else joined another network at the same time'],
  [reasons.supplicantAvailable, 'wpa_supplicant has stopped'],
]);

/** For people. */
export function wordsOfReason(reason: number | undefined): string {
  if (reason === undefined) return 'it took too long';
  return words.get(reason) ?? `NetworkManager gave up (reason ${reason})`;
}
