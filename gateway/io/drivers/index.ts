import * as all from './all.ts';
import type { DriverDefinition } from './driver.ts';

const drivers: readonly DriverDefinition[] = Object.values(all satisfies Record<string, DriverDefinition>);

export const driverIds: readonly string[] = drivers.map((driver) => driver.id);

export function findDriver(id: string): DriverDefinition | undefined {
  return drivers.find((driver) => driver.id === id);
}

export type { ControlDefinition, WordsBefore } from './control-definition.ts';
export { checkSetPoint, encodeWrite } from './control-writes.ts';
export { decodeField } from './decode.ts';
export { hexOf, readValues, type DeviceValues } from './read-values.ts';
export { shareRegisters } from './shared-registers.ts';
export {
  readBefore,
  restoresWhatWas,
  writeRevert,
  writeSetPoint,
  type ControlSession,
} from './write-control.ts';
