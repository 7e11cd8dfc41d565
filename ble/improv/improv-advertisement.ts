import { flags, joinStructures, serviceData, serviceOf } from '../radio/advertising-data.ts';
import { improvUuids, type ImprovState } from './improv-protocol.ts';

/** Of the service data; its number is of the maker that Improv has borrowed it from. */
const improvData = 0x4677;

/** 31 bytes, which is all that there is room for: state and capabilities must be in the same part as the service. */
export function improvAdvertisement(state: ImprovState, capabilities: number): Uint8Array {
  return joinStructures(
    flags(),
    serviceOf(improvUuids.service),
    serviceData(improvData, Uint8Array.of(state, capabilities, 0, 0, 0, 0)),
  );
}
