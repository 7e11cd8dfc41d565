/** Powers of ten that registers are scaled by; a decimal's exponent is an index into them. */
export const powersOfTen = [1, 10, 100, 1_000, 10_000] as const;

const digitsMax = 2 ** 47;

/**
 * The whole number that is `value` × 10^exponent, if dividing it again gives exactly `value` (division is
 * correctly rounded, IEEE 754); undefined otherwise, as for NaN and −0.
 */
export function asScaled(value: number, exponent: number): number | undefined {
  const power = powersOfTen[exponent] ?? 1;
  const scaled = Math.round(value * power);
  if (!(Math.abs(scaled) < digitsMax) || scaled / power !== value) return undefined;
  return scaled === 0 && Object.is(value, -0) ? undefined : scaled + 0;
}

/** The smallest exponent, from `least` on, with which `value` is a whole number; undefined when there is none. */
export function exponentOf(value: number, least: number): number | undefined {
  for (let exponent = least; exponent < powersOfTen.length; exponent += 1) {
    if (asScaled(value, exponent) !== undefined) return exponent;
  }
  return undefined;
}

/** The exponent with which all values are whole numbers, or undefined. */
export function commonExponent(values: readonly number[]): number | undefined {
  let exponent = 0;
  for (const value of values) {
    const own = exponentOf(value, exponent);
    if (own === undefined) return undefined;
    exponent = own;
  }
  // A large value may have been whole with a smaller exponent only.
  return values.every((value) => asScaled(value, exponent) !== undefined) ? exponent : undefined;
}
