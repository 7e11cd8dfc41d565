import type { QuantityName } from '../../core/quantity.ts';
import { isQuantityName } from '../../core/quantity.ts';
import type { RegisterTransport } from '../transports/transport.ts';
import type { DeviceIdentity } from './device-identity.ts';
import type { DecodedValue, DriverDefinition, RegisterMap } from './driver.ts';
import type { PlanReport } from './plan-report.ts';
import { createRegisterPoll, type PollOptions } from './register-poll.ts';

/** A device behind registers, asked as a whole. Errors are about the device as a whole; see `RegisterPoll`. */
export interface DevicePoller {
  /** What the device offers; of one that describes itself nothing until `identify`. */
  readonly map: RegisterMap;
  /** What it measures; likewise. */
  readonly quantities: readonly QuantityName[];
  /** Requests of one poll, at most. */
  readonly requestCountMax: number;
  /** False while it is being found out what the device refuses: each further poll tells more. */
  readonly isSettled: boolean;
  /** What `requestCountMax` must be to read everything in each poll. */
  readonly requestCountWanted: number;
  /** Plans with up to so many requests from now on: the lane's bound has been computed with it. */
  allowRequests(requestCountMax: number): void;
  poll(signal: AbortSignal): Promise<readonly DecodedValue[]>;
  probe(signal: AbortSignal): Promise<void>;
  /** What it offers and who it is: before the first poll, and after every outage. */
  identify(signal: AbortSignal): Promise<DeviceIdentity>;
  /** The part of it that no two devices share; empty when it does not say. */
  readSerialNumber(signal: AbortSignal): Promise<string>;
  describePlan(): PlanReport;
  /** Longest poll as measured lately, its gaps included; undefined until enough was seen. */
  measuredPollMs(): number | undefined;
  /** The same, as the driver says until then. */
  worstCaseMs(): number;
}

export function createDevicePoller(
  driver: DriverDefinition,
  transport: RegisterTransport,
  unit: number,
  options: PollOptions = {},
): DevicePoller {
  const poll = createRegisterPoll(driver, transport, unit, options);
  let quantitiesFor: RegisterMap | undefined;
  let quantities: readonly QuantityName[] = [];
  return {
    get map() {
      return poll.map;
    },
    get quantities() {
      if (quantitiesFor !== poll.map) quantities = quantitiesOf(poll.map);
      quantitiesFor = poll.map;
      return quantities;
    },
    get requestCountMax() {
      return poll.requestCountMax;
    },
    get isSettled() {
      return poll.isSettled;
    },
    get requestCountWanted() {
      return poll.requestCountWanted;
    },
    allowRequests: (requestCountMax) => poll.allowRequests(requestCountMax),
    poll: async (signal) => (await poll.poll(signal)).values,
    probe: async (signal) => await poll.probe(signal),
    identify: async (signal) => await poll.identify(signal),
    readSerialNumber: async (signal) => await poll.readSerialNumber(signal),
    describePlan: () => poll.describePlan(),
    measuredPollMs: () => poll.measuredPollMs(),
    worstCaseMs: () => poll.worstCaseMs(),
  };
}

function quantitiesOf(map: RegisterMap): readonly QuantityName[] {
  const names = [
    ...map.fields.map((field) => field.name).filter(isQuantityName),
    ...map.derived.map((field) => field.quantity),
  ];
  return [...new Set(names)];
}
