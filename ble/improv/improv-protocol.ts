/**
 * Improv Wi-Fi over Bluetooth LE, 2.4: https://www.improv-wifi.com/ble, with "Get Network State" as
 * https://www.improv-wifi.com/serial has it.
 */
export const improvUuids = {
  service: '00467768-6228-2272-4663-277478268000',
  state: '00467768-6228-2272-4663-277478268001',
  error: '00467768-6228-2272-4663-277478268002',
  command: '00467768-6228-2272-4663-277478268003',
  result: '00467768-6228-2272-4663-277478268004',
  capabilities: '00467768-6228-2272-4663-277478268005',
} as const;

export const improvStates = {
  authorizationRequired: 0x01,
  authorized: 0x02,
  provisioning: 0x03,
  provisioned: 0x04,
} as const;

export type ImprovState = (typeof improvStates)[keyof typeof improvStates];

export const improvErrors = {
  none: 0x00,
  invalidPacket: 0x01,
  unknownCommand: 0x02,
  unableToConnect: 0x03,
  notAuthorized: 0x04,
  badHostName: 0x05,
  unknown: 0xff,
} as const;

export type ImprovError = (typeof improvErrors)[keyof typeof improvErrors];

export const improvCommands = {
  sendWifi: 0x01,
  identify: 0x02,
  deviceInfo: 0x03,
  scanWifi: 0x04,
  hostName: 0x05,
  deviceName: 0x06,
  networkState: 0x07,
} as const;

/** Bits of the capabilities. */
export const improvCapabilities = {
  identify: 0x01,
  deviceInfo: 0x02,
  scanWifi: 0x04,
  hostName: 0x08,
} as const;

/** Bits of the flags of "Get Network State". */
export const networkFlags = { online: 0x01, hasWifi: 0x02, hasEthernet: 0x04 } as const;
