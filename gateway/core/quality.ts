/**
 * How far a reading can be trusted. There is no sentinel number: 0 is 0, and a value that is not known is
 * `missing` or `sensor_error` with the value NaN.
 * - `good`: as the device said it, in its plausible range
 * - `estimated`: computed by the gateway, not read
 * - `suspect`: read, but not believable (out of range, a counter that jumped)
 * - `missing`: the device did not answer, or says that it has no such value
 * - `sensor_error`: the device says that its sensor failed
 */
export const qualities = ['good', 'estimated', 'suspect', 'missing', 'sensor_error'] as const;

export type Quality = (typeof qualities)[number];

const codes = new Map<Quality, number>(qualities.map((quality, code) => [quality, code]));

/** The number that stands for a quality in batches and in the database. Fixed for ever: only append. */
export function qualityCode(quality: Quality): number {
  return codes.get(quality) ?? 0;
}

/** The quality of a stored number; an unknown number is `suspect`, never good. */
export function qualityOf(code: number): Quality {
  return qualities[code] ?? 'suspect';
}

/** Whether a number comes with it. */
export function hasValue(quality: Quality): boolean {
  return quality !== 'missing' && quality !== 'sensor_error';
}
