import type { DeviceDefinition } from './devices/device-definition.ts';
import { huaweiSun2000 } from './devices/huawei-sun2000.ts';
import { sdm630 } from './devices/sdm630.ts';
import { sungrowHybrid } from './devices/sungrow-hybrid.ts';
import { sunspecHybrid } from './devices/sunspec-hybrid.ts';
import { sunspecMeter } from './devices/sunspec-meter.ts';

export interface DeviceKind {
  /** What its devices are called, with a number after it. */
  readonly role: 'inverter' | 'meter';
  readonly definition: DeviceDefinition;
  /** Of the first device of the kind; the next ones count on from its last eight digits. */
  readonly serialNumber: string;
  /** Another device that comes with it, behind the same port, at this unit id. */
  readonly companion?: { readonly kind: DeviceKindId; readonly unitId: number };
}

export const deviceKindIds = [
  'sungrow-hybrid',
  'huawei-sun2000',
  'sdm630',
  'sunspec-hybrid',
  'sunspec-meter',
] as const;
export type DeviceKindId = (typeof deviceKindIds)[number];

export const deviceKinds: Readonly<Record<DeviceKindId, DeviceKind>> = {
  'sungrow-hybrid': { role: 'inverter', definition: sungrowHybrid, serialNumber: 'A2290412345' },
  'huawei-sun2000': { role: 'inverter', definition: huaweiSun2000, serialNumber: 'HV2180123456' },
  sdm630: { role: 'meter', definition: sdm630, serialNumber: '20481234' },
  'sunspec-hybrid': {
    role: 'inverter',
    definition: sunspecHybrid,
    serialNumber: '34120567',
    companion: { kind: 'sunspec-meter', unitId: 200 },
  },
  'sunspec-meter': { role: 'meter', definition: sunspecMeter, serialNumber: '19300812' },
};

/** The serial number of the `count`th device of a kind, from zero. */
export function serialNumberOf(kind: DeviceKindId, count: number): string {
  const { serialNumber } = deviceKinds[kind];
  const digits = String(Number(serialNumber.slice(-8)) + count).padStart(8, '0');
  return serialNumber.slice(0, -8) + digits;
}
