import type { QuantityName } from '../../core/quantity.ts';
import { isQuantityName } from '../../core/quantity.ts';
import { errorCodeOf } from '../../core/errors.ts';
import type { RegisterTransport } from '../transports/transport.ts';
import type { DecodedValue, DriverDefinition } from './driver.ts';
import { createRegisterPoll } from './register-poll.ts';
import { registerCountOf } from './register-map.ts';

/** One request of a device's plan, for people. */
export interface PlannedRequest {
  readonly table: 'holding' | 'input';
  readonly first: number;
  readonly count: number;
  /** Registers of these that are wanted. */
  readonly used: number;
  readonly fields: string[];
}

/** A device behind registers, asked as a whole. Errors are about the device as a whole. */
export interface DevicePoller {
  readonly quantities: readonly QuantityName[];
  /** Requests of one poll, at most. */
  readonly requestCountMax: number;
  poll(signal: AbortSignal): Promise<readonly DecodedValue[]>;
  probe(signal: AbortSignal): Promise<void>;
  /** Empty when the device does not say. */
  readSerialNumber(signal: AbortSignal): Promise<string>;
  requests(): PlannedRequest[];
}

export function createDevicePoller(
  driver: DriverDefinition,
  transport: RegisterTransport,
  unit: number,
): DevicePoller {
  const poll = createRegisterPoll(driver, transport, unit);
  const wordsOf = new Map(driver.fields.map((field) => [field.name, registerCountOf(field.encoding)]));
  return {
    quantities: quantitiesOf(driver),
    requestCountMax: poll.requestCountMax,
    poll: async (signal) => (await poll.poll(signal)).values,
    probe: async (signal) => await poll.probe(signal),
    readSerialNumber: async (signal) => {
      try {
        return await poll.readSerialNumber(signal);
      } catch (error) {
        if (errorCodeOf(error) === 'device_exception') return '';
        throw error;
      }
    },
    requests: () =>
      poll.describePlan().map(({ range, fields }) => ({
        table: range.table,
        first: range.address,
        count: range.count,
        used: fields.reduce((used, name) => used + (wordsOf.get(name) ?? 0), 0),
        fields: [...fields],
      })),
  };
}

function quantitiesOf(driver: DriverDefinition): readonly QuantityName[] {
  const names = [
    ...driver.fields.map((field) => field.name).filter(isQuantityName),
    ...driver.derived.map((field) => field.quantity),
  ];
  return [...new Set(names)];
}
