import type { CounterRules } from '../../core/counter.ts';
import type { RegisterField } from './register-map.ts';

/** More than any home or its plant takes or gives in an hour. */
const kwhPerHourMax = 1_000;
/** The number of steps that its encoding has; none for those that no device reaches the end of. */
const stepsOf: Partial<Record<RegisterField['encoding'], number>> = { u16: 2 ** 16, u32: 2 ** 32 };
/** A float of seven digits keeps hundredths of a kWh below 100 MWh. */
const floatResolution = 0.01;

/** How a counter in this field behaves: its smallest step, and where its register is full. */
export function counterRulesOf({ encoding, scale = 1, scaleRegister }: RegisterField): CounterRules {
  const step = Math.abs(scale);
  const isFloat = encoding === 'f32' || encoding === 'f64';
  const resolution = isFloat ? floatResolution : step;
  const steps = scaleRegister === undefined ? stepsOf[encoding] : undefined;
  return {
    resolution,
    perHourMax: kwhPerHourMax,
    ...(steps !== undefined && { modulus: steps * step }),
  };
}
