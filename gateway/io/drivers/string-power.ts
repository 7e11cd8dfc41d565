/**
 * The power of strings that the device has no register for: pairs of a voltage and a current, each in tenths, are
 * multiplied and added up, in hundredths of a watt.
 */
export function stringPowerOf(voltagesAndCurrents: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < voltagesAndCurrents.length; index += 2) {
    sum += (voltagesAndCurrents[index] ?? NaN) * (voltagesAndCurrents[index + 1] ?? NaN);
  }
  return Math.round(sum * 100) / 100;
}
