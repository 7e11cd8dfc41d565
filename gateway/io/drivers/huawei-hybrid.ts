import type { DriverDefinition } from './driver.ts';
import { huaweiBatteryControls, huaweiControls } from './huawei-controls.ts';
import {
  hasHuaweiBattery,
  huaweiBatteryFields,
  huaweiBatteryQuantities,
  huaweiCommon,
  huaweiHoles,
  huaweiInverterFields,
  huaweiMeterFields,
  huaweiPvPower,
  isHuaweiInverter,
} from './huawei-map.ts';

/** Huawei SUN2000 hybrids (L1, M1, ...) with their battery, and a DTSU666-H meter where there is one. */
export const huaweiHybrid: DriverDefinition = {
  id: 'huawei-hybrid',
  title: 'Huawei SUN2000 hybrid inverters, with LUNA2000 battery and power meter',
  ...huaweiCommon,
  fields: [huaweiPvPower, ...huaweiInverterFields, ...huaweiBatteryFields, ...huaweiMeterFields],
  derived: [...huaweiCommon.derived, ...huaweiBatteryQuantities],
  controls: [...huaweiControls, ...huaweiBatteryControls],
  recognition: { certainty: 'certain', checks: [isHuaweiInverter, hasHuaweiBattery] },
  forbidden: [
    ...huaweiHoles,
    { table: 'holding', first: 37005, last: 37020 },
    { table: 'holding', first: 37023, last: 37065 },
    { table: 'holding', first: 37070, last: 37099 },
    { table: 'holding', first: 37761, last: 37764 },
    { table: 'holding', first: 37767, last: 37779 },
  ],
};
