import type { CharacteristicOptions, ConnectionHandle } from '@stoprocent/bleno';
import type { BlenoLink } from './bleno-link.ts';
import type { AttError, GattCharacteristic } from './radio.ts';

/** Of an attribute: Bluetooth Core 5.4, Vol 3, Part F, 3.2.9. */
const valueBytesMax = 512;
const success = 0x00;
const attErrors: Readonly<Record<AttError, number>> = {
  'invalid-offset': 0x07,
  'invalid-length': 0x0d,
  'unlikely-error': 0x0e,
};

/**
 * A characteristic as bleno wants it. As bleno 0.12.4 does it: a long read asks anew for each part, which is why the
 * value of the first part is kept for the others; a long write comes as one, of any length; a notification is cut to the
 * MTU without a word, and waits in a queue without a bound until the controller takes it, so none is lost before the
 * link is; who subscribes twice is subscribed once, and who leaves is unsubscribed first.
 */
export function blenoCharacteristic(
  characteristic: GattCharacteristic,
  linkOf: (handle: ConnectionHandle) => BlenoLink | undefined,
): CharacteristicOptions {
  const values = new WeakMap<BlenoLink, Uint8Array>();
  const stops = new WeakMap<BlenoLink, () => void>();
  const unsubscribe = (handle: ConnectionHandle): void => {
    const link = linkOf(handle);
    if (link === undefined) return;
    stops.get(link)?.();
    stops.delete(link);
  };
  return {
    uuid: characteristic.uuid,
    properties: characteristic.properties,
    onReadRequest: (handle, offset, callback) => {
      const link = linkOf(handle);
      void readValue(characteristic, link, offset === 0 ? undefined : link && values.get(link)).then(
        (value) => {
          if (link === undefined || link.isGone) return;
          if (typeof value === 'string') callback(attErrors[value]);
          else if (offset > value.length) callback(attErrors['invalid-offset']);
          else {
            values.set(link, value);
            callback(success, Buffer.from(value.subarray(offset)));
          }
        },
      );
    },
    onWriteRequest: (handle, ...[data, offset, , callback]) => {
      const link = linkOf(handle);
      void writeValue(characteristic, link, { data, offset }).then((error) => {
        if (link !== undefined && !link.isGone) callback(error === undefined ? success : attErrors[error]);
      });
    },
    onSubscribe: (handle, _bytesMax, notify) => {
      unsubscribe(handle);
      const link = linkOf(handle);
      const stop =
        link &&
        characteristic.subscribed?.(link, (value) => {
          if (!link.isGone) notify(Buffer.from(value.subarray(0, link.notificationBytesMax)));
        });
      if (link !== undefined && stop !== undefined) stops.set(link, stop);
    },
    onUnsubscribe: unsubscribe,
  };
}

async function readValue(
  characteristic: GattCharacteristic,
  link: BlenoLink | undefined,
  kept: Uint8Array | undefined,
): Promise<Uint8Array | AttError> {
  if (kept !== undefined) return kept;
  if (link === undefined) return 'unlikely-error';
  try {
    const value = (await characteristic.read?.(link)) ?? 'unlikely-error';
    return typeof value === 'string' ? value : value.slice(0, valueBytesMax);
  } catch {
    return 'unlikely-error';
  }
}

interface Write {
  readonly data: Uint8Array;
  readonly offset: number;
}

/** The handler is called before this returns, so that writes are handed on in the order of their coming. */
async function writeValue(
  characteristic: GattCharacteristic,
  link: BlenoLink | undefined,
  { data, offset }: Write,
): Promise<AttError | undefined> {
  if (link === undefined || characteristic.write === undefined) return 'unlikely-error';
  if (offset > 0) return 'invalid-offset';
  if (data.length > valueBytesMax) return 'invalid-length';
  try {
    return await characteristic.write(link, new Uint8Array(data));
  } catch {
    return 'unlikely-error';
  }
}
