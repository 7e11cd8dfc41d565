import type { DriverDefinition } from './driver.ts';
import { huaweiControls } from './huawei-controls.ts';
import {
  hasHuaweiBattery,
  huaweiCommon,
  huaweiHoles,
  huaweiInverterFields,
  huaweiMeterFields,
  huaweiPvPower,
  isHuaweiInverter,
} from './huawei-map.ts';

/**
 * Huawei SUN2000 string inverters, with a DTSU666-H meter where there is one: its registers are refused, or invalid,
 * where there is none.
 */
export const huaweiSun2000: DriverDefinition = {
  id: 'huawei-sun2000',
  title: 'Huawei SUN2000 inverters without battery, with power meter',
  ...huaweiCommon,
  fields: [huaweiPvPower, ...huaweiInverterFields, ...huaweiMeterFields],
  controls: huaweiControls,
  recognition: { certainty: 'certain', checks: [isHuaweiInverter, { not: hasHuaweiBattery }] },
  forbidden: [...huaweiHoles, { table: 'holding', first: 37000, last: 37099 }],
};
