import type { DriverDefinition } from './driver.ts';
import type { RegisterField } from './register-map.ts';

const frequency: RegisterField = {
  name: 'grid_frequency_hz',
  table: 'input',
  address: 0,
  encoding: 'f32',
  min: 45,
  max: 65,
};

/** LQT40S meter. No more than two of its registers are publicly known. Import is positive, as ours. */
export const lqt40s: DriverDefinition = {
  id: 'lqt40s',
  title: 'LQT40S meter',
  source: 'srcfl/srcful-gateway, profile lqt40s: input registers, IEEE-754, high word first.',
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  serialLine: { baudRate: 9_600, parity: 'none', stopBits: 1 },
  limits: {
    registersMax: 30,
    responseMsMax: 150,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 1_000,
    perRequestMs: 60,
    perRegisterMs: 2.3,
  },
  fields: [
    frequency,
    { name: 'grid_power_w', table: 'input', address: 24, encoding: 'f32', min: -1_000_000, max: 1_000_000 },
  ],
  derived: [],
  recognition: { certainty: 'likely', checks: [{ number: frequency }] },
};
