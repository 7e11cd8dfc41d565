/** Whether a series is of this device or source, or of a part of it: `p1` has `p1/gas-4730`. */
export function isOfDevice(device: string, wanted: string): boolean {
  return device === wanted || device.startsWith(`${wanted}/`);
}
