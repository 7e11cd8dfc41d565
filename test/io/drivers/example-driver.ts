import type { DriverDefinition } from '../../../gateway/io/drivers/driver.ts';

/** A driver to try things with. */
export function exampleDriver(change: Partial<DriverDefinition>): DriverDefinition {
  return {
    id: 'example',
    title: 'Example',
    source: 'made up',
    wordOrder: 'big',
    defaultUnit: 1,
    defaultPort: 502,
    limits: {
      registersMax: 125,
      responseMsMax: 100,
      requestGapMs: 0,
      connectDelayMs: 0,
      requestTimeoutMs: 1_000,
    },
    fields: [],
    derived: [],
    serialNumber: { table: 'input', address: 900, count: 2 },
    ...change,
  };
}
