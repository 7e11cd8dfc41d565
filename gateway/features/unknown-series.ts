import { GatewayError } from '../core/errors.ts';
import type { StoredSeries } from '../storage/store-calls.ts';

/** Says which of the two is not there, and what there is instead: `device_unknown` or `not_found`. */
export function unknownSeries(
  device: string,
  quantity: string,
  known: readonly StoredSeries[],
): GatewayError {
  const ofDevice = known.filter((series) => series.device === device).map((series) => series.quantity);
  if (ofDevice.length > 0) {
    return new GatewayError('not_found', `device ${device} has no readings of ${JSON.stringify(quantity)}`, {
      hint: `it has: ${ofDevice.join(', ')}`,
    });
  }
  return unknownDevice(device, known);
}

/** None of the series is of the quantity: `not_found`, with what there is. */
export function unknownQuantity(quantity: string, known: readonly StoredSeries[]): GatewayError {
  const quantities = [...new Set(known.map((series) => series.quantity))];
  return new GatewayError('not_found', `no device has readings of ${JSON.stringify(quantity)}`, {
    hint: quantities.length === 0 ? 'nothing has been stored yet' : `there are: ${quantities.join(', ')}`,
  });
}

/** Of something that has a device: series, live values. */
export function unknownDevice(device: string, known: readonly { readonly device: string }[]): GatewayError {
  const devices = [...new Set(known.map((one) => one.device))];
  return new GatewayError('device_unknown', `there are no readings of a device ${JSON.stringify(device)}`, {
    hint:
      devices.length === 0 ? 'nothing has been stored yet' : `there are: ${devices.slice(0, 20).join(', ')}`,
  });
}
