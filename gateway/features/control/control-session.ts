import { GatewayError } from '../../core/errors.ts';
import { suggestName } from '../../core/nearest.ts';
import { waitFor } from '../../engine/time-limit.ts';
import type { ControlDefinition, ControlSession } from '../../io/drivers/index.ts';
import type { WordOrder } from '../../io/drivers/register-map.ts';
import type { RegisterAccess } from '../../io/transports/transport.ts';
import type { ControlAddress, ControlledDevices, ControlPorts } from './control-ports.ts';

/** A control that its device offers now. */
export interface KnownControl {
  readonly definition: ControlDefinition;
  readonly wordOrder: WordOrder;
}

/** Errors: `device_unknown`, `not_found` (the control), both with the nearest name. */
export function findControl(devices: ControlledDevices, { device, control }: ControlAddress): KnownControl {
  if (devices.stateOf(device) === undefined) throw unknownDevice(devices, device);
  const offered = devices.controlsOf(device);
  const definition = offered?.controls.find(({ name }) => name === control);
  if (offered !== undefined && definition !== undefined) return { definition, wordOrder: offered.wordOrder };
  const names = offered?.controls.map(({ name }) => name) ?? [];
  throw new GatewayError('not_found', `device ${device} has no control ${JSON.stringify(control)}`, {
    hint: names.length === 0 ? 'it offers none, as far as is known' : suggestName(control, names),
  });
}

export function unknownDevice(devices: ControlledDevices, device: string): GatewayError {
  return new GatewayError('device_unknown', `there is no device ${JSON.stringify(device)}`, {
    hint: suggestName(device, devices.ids()),
  });
}

/** How the driver's code sees the device during a use of its lane. */
export function controlSession(
  ports: Pick<ControlPorts, 'clock' | 'alarm'>,
  { wordOrder }: KnownControl,
  beforeWrite: () => Promise<void>,
): (registers: RegisterAccess, signal: AbortSignal) => ControlSession {
  const wait: ControlSession['wait'] = async (ms, signal) => await waitFor(ports, ms, signal);
  return (registers, signal) => ({ registers, signal, wordOrder, wait, beforeWrite });
}

/** Lets as many writes pass as were counted in advance, and has each further one counted first. */
export function countedWrites(inAdvance: number, count: () => Promise<void>): () => Promise<void> {
  let left = inAdvance;
  return async () => {
    if (left > 0) left -= 1;
    else await count();
  };
}

/** For people and logs. */
export function nameOf({ device, control }: ControlAddress): string {
  return `${device} ${control}`;
}
