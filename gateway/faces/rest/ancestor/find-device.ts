import type { AncestorRequest } from './ancestor-route.ts';
import type { ListedDevice } from './described-device.ts';

/** The device of this serial number, or of this id of ours. */
export async function findDevice(
  { lookUp }: Pick<AncestorRequest, 'lookUp'>,
  serialOrId: string,
): Promise<ListedDevice | undefined> {
  const devices = await listDevices({ lookUp });
  const named = devices.find(({ id }) => id === serialOrId);
  if (named !== undefined) return named;
  for (const device of devices) {
    const { serialNumber } = (await lookUp('device.show', { id: device.id })) as {
      readonly serialNumber: string | null;
    };
    if (serialNumber === serialOrId && serialOrId !== '') return device;
  }
  return undefined;
}

/** In the order of the configuration. */
export async function listDevices({
  lookUp,
}: Pick<AncestorRequest, 'lookUp'>): Promise<readonly ListedDevice[]> {
  const { devices } = (await lookUp('device.list')) as { readonly devices: readonly ListedDevice[] };
  return devices;
}
