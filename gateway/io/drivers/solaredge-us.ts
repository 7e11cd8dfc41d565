import type { DriverDefinition } from './driver.ts';
import { solaredgeMap } from './solaredge-map.ts';

/** SolarEdge inverters of North America: split phase, two lines of 120 V. */
export const solaredgeUs: DriverDefinition = {
  id: 'solaredge-us',
  title: 'SolarEdge inverters of North America (split phase), with StorEdge batteries and meter',
  ...solaredgeMap({ phases: ['l1', 'l2'], models: [102] }),
};
