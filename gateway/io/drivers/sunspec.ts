import type { DriverDefinition } from './driver.ts';
import { decodeSunspecPoints } from './sunspec/describe-points.ts';
import { discoverSunspec } from './sunspec/discover.ts';

/**
 * Any device that describes itself by SunSpec. A maker's own driver knows more, such as a battery that stands
 * outside of the models (SolarEdge), and comes first where there is one.
 */
export const sunspec: DriverDefinition = {
  id: 'sunspec',
  title: 'Any SunSpec device: inverters, meters and batteries',
  source:
    'SunSpec Alliance, Device Information Model Specification V1.2 (types, discovery) and the model definitions of ' +
    'github.com/sunspec/models: 1, 101-103, 111-113, 120-124, 160, 201-204, 211-214, 701-704, 713, 714, 802. Other ' +
    'models are skipped. Power is read as positive into the house; the meters of SolarEdge count the other way.',
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  limits: {
    registersMax: 125,
    responseMsMax: 500,
    requestGapMs: 20,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
    perRequestMs: 70,
  },
  fields: [],
  derived: [],
  /** Only at the usual base address; elsewhere it has to be named. */
  recognition: {
    certainty: 'likely',
    checks: [{ text: { table: 'holding', address: 40_000, count: 2 }, matches: /^SunS$/ }],
  },
  discover: discoverSunspec,
  describe: decodeSunspecPoints,
};
