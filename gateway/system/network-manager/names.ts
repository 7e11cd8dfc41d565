/** https://networkmanager.dev/docs/api/1.42/: names on the bus, and the numbers of nm-dbus-types. */
export const managerName = 'org.freedesktop.NetworkManager';

export const interfaces = {
  manager: managerName,
  device: `${managerName}.Device`,
  wireless: `${managerName}.Device.Wireless`,
  accessPoint: `${managerName}.AccessPoint`,
  active: `${managerName}.Connection.Active`,
  checkpoint: `${managerName}.Checkpoint`,
  ip4: `${managerName}.IP4Config`,
  ip6: `${managerName}.IP6Config`,
  settings: `${managerName}.Settings`,
  profile: `${managerName}.Settings.Connection`,
} as const;

export const paths = {
  manager: '/org/freedesktop/NetworkManager',
  settings: '/org/freedesktop/NetworkManager/Settings',
  none: '/',
} as const;

export const deviceTypeWifi = 2;
export const wirelessType = '802-11-wireless';
export const securitySetting = '802-11-wireless-security';

/** NMDeviceState. */
export const deviceStates = {
  unmanaged: 10,
  unavailable: 20,
  disconnected: 30,
  prepare: 40,
  needAuth: 60,
  ipConfig: 70,
  ipCheck: 80,
  activated: 100,
  deactivating: 110,
  failed: 120,
} as const;

/** NMDeviceStateReason, those that are looked at. */
export const reasons = {
  none: 0,
  ipConfigUnavailable: 5,
  ipConfigExpired: 6,
  noSecrets: 7,
  supplicantDisconnect: 8,
  supplicantConfigFailed: 9,
  supplicantFailed: 10,
  supplicantTimeout: 11,
  dhcpStartFailed: 15,
  dhcpError: 16,
  dhcpFailed: 17,
  autoIpStartFailed: 20,
  autoIpError: 21,
  autoIpFailed: 22,
  firmwareMissing: 35,
  removed: 36,
  sleeping: 37,
  connectionRemoved: 38,
  userRequested: 39,
  supplicantAvailable: 42,
  ssidNotFound: 53,
  newActivation: 60,
  addressDuplicate: 64,
} as const;

/** NMConnectivityState. */
export const connectivity = { unknown: 0, none: 1, portal: 2, limited: 3, full: 4 } as const;

/** NMSettingsUpdate2Flags. */
export const updateFlags = { toDisk: 0x1, inMemory: 0x2 } as const;

/** Our mark in a profile, in its setting `user`, whose names must have a dot. */
export const profileMark = 'egw.provisioned';
