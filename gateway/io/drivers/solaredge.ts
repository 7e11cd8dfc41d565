import type { DriverDefinition } from './driver.ts';
import { solaredgeMap } from './solaredge-map.ts';

/** SolarEdge inverters, single-phase and three-phase. Meters count export positive, batteries charging. */
export const solaredge: DriverDefinition = {
  id: 'solaredge',
  title: 'SolarEdge inverters, with StorEdge batteries and meter',
  ...solaredgeMap({ phases: ['l1', 'l2', 'l3'], models: [101, 103] }),
};
